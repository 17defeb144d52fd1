/** Ids of the users in the default seed. */
export const PEOPLE = {
  ada: "auth0|63d17c6b8869daf88ed7dbb8",
  grace: "google-oauth2|103547991597142817347",
  linus: "github|1024025",
  sharedDatabase: "auth0|64a1f0c2b7e94d00125ab001",
  sharedGoogle: "google-oauth2|118200034512349876501",
  upperCase: "samlp|acme-saml|Margaret.Hamilton@Example.COM",
  linked: "auth0|64b9d1f3a0c58e0013fe7702",
  sms: "sms|560ebaeef609ee1adaa7c551",
  blocked: "auth0|64c8e2a4b1d69f0014af8803",
  dorothy: "auth0|64d7f3b5c2e7a00015b09904",
};

/** Ids of the sessions in the default seed that tests refer to. */
export const SESSIONS = {
  adaWindows: "375UIp_ID5mCTClIeBEHpXfGwq51tF_L",
  adaIphone: "8fK2mPq0xW1zT7Ls-YcVb4NdRj6Ge3Ha",
  adaExpired: "Zx9CvBnM1AsDfGhJkL2QwErTyUiOp3-_",
  graceTablet: "Gr4cE_tAbLeT0sEsSiOn7x2Yq9LmPk5W",
};
