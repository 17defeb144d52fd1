/** The event codes of Auth0's tenant log, with older ones that logs may still contain. */
const TYPES = `
acls_summary actions_execution_failed acul_sdk_notice admin_update_launch api_limit api_limit_warning appi
ciba_exchange_failed ciba_exchange_succeeded ciba_start_failed ciba_start_succeeded cls cs
custom_domain_verification_failed depnote directory_sync_completed directory_sync_failed directory_sync_started du
f failed_on_behalf_of_token_exchange fapi fc fce fco fcoa fcp fcph fcpn fcpr fcpro fcu fd fdeac fdeaz fdecc
fdelsa fdeleacft fdu feacft feccft fecte fede federated_logout_failed fens feoobft feotpft fepft fepotpft fercft ferrt
fertft feta fi flo flows_execution_completed flows_execution_failed fn forms_submission_failed
forms_submission_succeeded fp fpar fpurh fs fsa fscim fu fui fv fvr idjag_exchange_failed idjag_exchange_succeeded
jwt_bearer_exchange_failed kms_key_management_failure kms_key_management_success kms_key_state_changed limit_delegation
limit_mu limit_sul limit_wc mfar mgmt_api_read oidc_backchannel_logout_failed oidc_backchannel_logout_succeeded
organization_member_added passkey_challenge_failed passkey_challenge_started pla pwd_leak reset_pwd_leak
resource_cleanup rich_consents_access_error s sapi sce scoa scp scph scpn scpr scu scv sd sdel sdelsa sdeleacft sdu
seacft seccft secte sede sens seoobft seotpft sepft sepkoobft sepkotpft sepkrcft sepotpft sercft sertft seta si
signup_pwd_leak slo srrt ss ss_sso_failure ss_sso_info ss_sso_success ssa sscim success_on_behalf_of_token_exchange sui
sv svr sys_os_update_end sys_os_update_start sys_update_end sys_update_start too_many_records ublkdu w wn wum
`;

/** Families whose codes are still growing in number. */
const FAMILIES = /^(?:gd|universal_logout|my_account|connected_accounts)_[a-z_]+$/;

export const LOG_TYPES = TYPES.trim().split(/\s+/);
const KNOWN = new Set(LOG_TYPES);

/** @param {string} type */
export const isLogType = (type) => KNOWN.has(type) || FAMILIES.test(type);
