import { checkValue, RULES, shown } from "../check-options.js";
import { suggest } from "../suggest.js";

/**
 * What may be granted in Auth0's Management API, by resource. The emulator serves a part of it.
 * @type {Record<string, string>}
 */
const ACTIONS = {
  actions: "create read update delete",
  anomaly_blocks: "read delete",
  attack_protection: "read update",
  authentication_methods: "create read update delete",
  branding: "read update delete",
  client_credentials: "create read update delete",
  client_grants: "create read update delete",
  client_keys: "read update",
  client_summary: "read",
  client_token_vault_privileged_access: "update",
  clients: "create read update delete",
  connection_profiles: "create read update delete",
  connections: "create read update delete",
  connections_keys: "create read update",
  current_user: "read delete",
  current_user_device_credentials: "create delete",
  current_user_identities: "update",
  current_user_metadata: "create update delete",
  custom_domains: "create read update delete",
  custom_signing_keys: "create read update delete",
  device_credentials: "read delete",
  directory_provisionings: "create read update delete",
  email_provider: "create read update delete",
  email_templates: "create read update",
  encryption_keys: "create read update delete",
  event_deliveries: "read update",
  event_streams: "create read update delete",
  events: "read",
  federated_connections_tokens: "read delete",
  flows: "create read update delete",
  flows_executions: "read delete",
  flows_vault_connections: "create read update delete",
  forms: "create read update delete",
  grants: "read delete",
  group_members: "read",
  groups: "read delete",
  guardian_enrollment_tickets: "create",
  guardian_enrollments: "read delete",
  guardian_factors: "read update",
  hooks: "create read update delete",
  log_streams: "create read update delete",
  logs: "read",
  logs_users: "read",
  mfa_policies: "read update",
  network_acls: "create read update delete",
  organization_client_grants: "create read delete",
  organization_connections: "create read update delete",
  organization_discovery_domains: "create read update delete",
  organization_invitations: "create read delete",
  organization_member_roles: "create read delete",
  organization_members: "create read delete",
  organizations: "create read update delete",
  organizations_summary: "read",
  phone_providers: "create read update delete",
  phone_templates: "create read update delete",
  prompts: "read update",
  refresh_tokens: "read update delete",
  resource_servers: "create read update delete",
  role_members: "create read delete",
  roles: "create read update delete",
  rules: "create read update delete",
  rules_configs: "read update delete",
  scim_config: "create read update delete",
  scim_token: "create read delete",
  self_service_profile_custom_texts: "read update",
  self_service_profiles: "create read update delete",
  sessions: "read update delete",
  signing_keys: "create read update",
  sso_access_tickets: "create delete",
  stats: "read",
  tenant_settings: "read update",
  token_exchange_profiles: "create read update delete",
  user_attribute_profiles: "create read update delete",
  user_idp_tokens: "read",
  user_tickets: "create",
  users: "create read update delete",
  users_app_metadata: "update",
  vdcs_templates: "create read update delete",
};

/** Every scope that Auth0 documents for its Management API. */
export const DOCUMENTED_SCOPES = new Set(
  Object.entries(ACTIONS).flatMap(([resource, actions]) =>
    actions.split(" ").map((action) => `${action}:${resource}`),
  ),
);

/**
 * Rejects scopes that do not exist.
 * @param {string} owner what the list belongs to
 * @param {unknown} scopes
 */
export function checkManagementScopes(owner, scopes) {
  checkValue(owner, scopes, RULES.texts);
  for (const scope of /** @type {string[]} */ (scopes)) {
    if (DOCUMENTED_SCOPES.has(scope)) continue;
    const hint = suggest(scope, DOCUMENTED_SCOPES);
    throw new TypeError(`${owner}: the Management API has no scope ${shown(scope)}. ${hint}`);
  }
}
