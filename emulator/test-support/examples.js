import { createHash } from "node:crypto";
import { exchange } from "./client.js";

export const OUT_OF_SCOPE = {
  "oauth_token: 401 mfa required": "the password grant is not emulated",
  "oauth_token: 400 DPoP nonce": "DPoP is not emulated",
};

const CHUCK = "auth0|63d17c6a9d503d76c056c177";
const WEB = "JjLnHphshQijjCMloEAHgJFRmI0EUpgE";
const CALLBACK = "https://app.example.com/callback";
const chuck = (user_id, number, more) => ({
  user_id,
  email: `chuck${number}@example.com`,
  email_verified: true,
  name: `chuck${number}@example.com`,
  given_name: "Chuck",
  family_name: "Sanchez",
  nickname: "Chucky",
  username: `test-user${number}`,
  picture: "https://example.com/picture.jpg",
  password: "Secret-1",
  ...more,
});

export const SEED = {
  clients: [{ client_id: WEB, client_secret: "web-secret", callbacks: [CALLBACK] }],
  apis: [{ identifier: "test-audience" }],
  users: [
    chuck(CHUCK, 249),
    chuck("auth0|63d17c6b77d74b740960460a", 203),
    chuck("auth0|63d17c3f13efda064d3ac6d1", 1),
    chuck("auth0|63d17c3e9d503d76c056c156", 2),
    chuck("auth0|63d17c4f62d6dbc216a6e8ed", 212, {
      blocked: false,
      user_metadata: { favourite_attack: "roundhouse_kick" },
      app_metadata: { facts: ["count_to_infinity_twice"] },
    }),
    {
      user_id: "google-oauth2|103547991597142817347",
      email: "jane@gmail.com",
      email_verified: true,
      name: "Jane Doe",
      given_name: "Jane",
      family_name: "Doe",
      picture: "https://example.com/jane.jpg",
    },
    {
      user_id: "google-oauth2|115015401343387192604",
      email: "your0@email.com",
      name: "John Doe",
      given_name: "John",
      family_name: "Doe",
      picture: "https://example.com/john.jpg",
      user_metadata: { color: "red" },
      app_metadata: { roles: ["Admin"] },
    },
  ],
};

/** Options and preparation of the examples that need more than the seed. */
export const SPECIAL = {
  "oauth_token: client_credentials, no scope in answer": { prepare: withSecret },
  "oauth_token: JSON request body": { prepare: withSecret },
  "oauth_token: 403 invalid code": { prepare: withWebSecret },
  "oauth_token: 400 invalid code (schema variant)": {
    options: { quirks: { codeErrorStatus: 400 } },
    prepare: withWebSecret,
  },
  "oauth_token: 403 wrong verifier": { prepare: withCode },
  "oauth_token: 401 wrong secret (schema)": { options: { quirks: { invalidClient: true } } },
  "oauth_token: 429 rate limit": { options: { plan: "free" }, prepare: emptyTokenBucket },
  "oauth_token: 429 M2M quota": {
    options: { client: { token_quota: { per_hour: 0 } } },
    prepare: (tenant) => ({ fill: { "<secret>": tenant.clientSecret } }),
  },
  "oauth_revoke: ok": { prepare: withWebSecret },
  "userinfo: ok": {
    // Rules of the recorded tenant added claims.
    prepare: async (tenant) => ({ bearer: await userToken(tenant), optional: ["unknown-param"] }),
  },
  "userinfo: 429": {
    options: { plan: "enterprise" },
    prepare: async (tenant) => {
      const bearer = await userToken(tenant);
      const headers = { authorization: `Bearer ${bearer}` };
      for (let i = 0; i < 10; i++) await fetch(`${tenant.url}/userinfo`, { headers });
      return { bearer };
    },
  },
  "openid_configuration: ok": {
    // Not served, so not advertised.
    prepare: () => ({
      optional: [
        "device_authorization_endpoint",
        "mfa_challenge_endpoint",
        "registration_endpoint",
      ],
    }),
  },
  "get_user: linked user": {
    prepare: (tenant) => {
      tenant.user("google-oauth2|115015401343387192604").identities.push({
        profileData: { phone_number: "+14258831929", phone_verified: true, name: "+14258831929" },
        user_id: "560ebaeef609ee1adaa7c551",
        provider: "sms",
        connection: "sms",
        isSocial: false,
      });
    },
  },
  "get_user: 403 other user with user token": {
    prepare: async (tenant) => ({ bearer: await foreignToken(tenant) }),
  },
  "link_identity: link_with": {
    prepare: (tenant) => withIdToken(tenant, "<RS256 id token of the secondary>"),
  },
  "link_identity: 400 link_with not RS256": { prepare: () => withForgedToken("<HS256 token>") },
  "link_identity: 409 already linked": {
    prepare: (tenant) => moveIdentity(tenant, "google-oauth2|103547991597142817347"),
  },
  "unlink_identity: ok": {
    prepare: (tenant) => moveIdentity(tenant, "auth0|63d17c6b77d74b740960460a"),
  },
  "list_user_sessions: 403 plan": { options: { sessionManagement: false } },
  "update_session: 403 plan": { options: { sessionManagement: false } },
  "update_session: 400 too large": {
    prepare: (tenant) => ({ ...addSession(tenant), fill: { "<256 chars>": "x".repeat(256) } }),
  },
  "get_session: ok (redacted recording)": {
    prepare: (tenant) => {
      const methods = [{ name: "mfa", timestamp: tenant.clock.iso(), type: "otp" }];
      const device = { initial_ip: "192.0.2.1", initial_asn: "1", initial_user_agent: "x" };
      const last = { last_ip: "192.0.2.1", last_asn: "1", last_user_agent: "x" };
      tenant.addSession({
        id: "SessionID",
        user_id: CHUCK,
        device: { ...device, ...last },
        authentication: { methods },
      });
    },
  },
  "revoke_session: ok": { prepare: addSession },
  "list_user_refresh_tokens: next although complete": {
    options: { quirks: { trailingCursor: true } },
    prepare: (tenant) => {
      for (let i = 0; i < 2; i++) tenant.addRefreshToken({ user_id: CHUCK });
    },
  },
  // The recorded request is not known in full, but only `include_totals` gives a total.
  "list_user_refresh_tokens: none": { prepare: () => ({ query: { include_totals: "true" } }) },
  "get_refresh_token: ok": {
    prepare: (tenant) => void tenant.addRefreshToken({ id: "RefreshTokenID", user_id: CHUCK }),
  },
  "delete_refresh_token: ok, 204 variant": {
    options: { quirks: { deleteRefreshTokenStatus: 204 } },
  },
  "list_authentication_methods: with totals": { prepare: addMethods },
  "get_authentication_method: ok": { prepare: addMethods },
  "delete_authentication_method: ok": { prepare: addMethods },
  "delete_authentication_methods: 403 passkey present": {
    prepare: (tenant) => void tenant.addAuthenticationMethod({ user_id: CHUCK, type: "passkey" }),
  },
};

function withSecret(tenant) {
  tenant.addClient({
    client_id: "machine",
    client_secret: "machine-secret",
    grants: [tenant.audience, "test-audience"].map((audience) => ({ audience, scope: [] })),
  });
  return { fill: { "<secret>": "machine-secret", [tenant.clientId]: "machine" } };
}

function withWebSecret() {
  return { fill: { "<secret>": "web-secret" } };
}

/** Replaces the example's code with a real one. */
async function withCode(tenant, example) {
  const challenge = createHash("sha256").update("v".repeat(43)).digest("base64url");
  const { code } = await tenant.login({
    user: CHUCK,
    clientId: WEB,
    redirectUri: CALLBACK,
    params: { code_challenge: challenge, code_challenge_method: "S256" },
  });
  return { fill: { "<secret>": "web-secret", [example.request.form.code]: code } };
}

async function emptyTokenBucket(tenant) {
  tenant.clock.freeze();
  const ask = () => fetch(`${tenant.url}/oauth/token`, { method: "POST", body: "" });
  for (let i = 0; i < 30; i++) await ask();
}

async function userToken(tenant) {
  const { code } = await tenant.login({ user: CHUCK });
  return (await exchange(tenant, code)).body.access_token;
}

async function foreignToken(tenant) {
  const { code } = await tenant.login({
    user: "auth0|63d17c6b77d74b740960460a",
    scope: "openid read:current_user",
    params: { audience: tenant.audience },
  });
  return (await exchange(tenant, code)).body.access_token;
}

async function withIdToken(tenant, placeholder) {
  const { code } = await tenant.login({ user: "google-oauth2|103547991597142817347" });
  const { body } = await exchange(tenant, code);
  return { fill: { [placeholder]: body.id_token } };
}

function withForgedToken(placeholder) {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const forged = `${part({ alg: "HS256", typ: "JWT" })}.${part({ sub: CHUCK })}.AAAA`;
  return { fill: { [placeholder]: forged } };
}

/** Links an account without a request. */
function moveIdentity(tenant, userId) {
  const user = tenant.user(userId);
  const { identities, email, email_verified, name } = user;
  tenant.user(CHUCK).identities.push({
    ...identities[0],
    profileData: { email, email_verified, name },
  });
  tenant.removeUser(userId);
}

function addSession(tenant) {
  tenant.addSession({ id: "375UIp_ID5mCTClIeBEHpXfGwq51tF_L", user_id: CHUCK });
  return {};
}

function addMethods(tenant) {
  const row = { user_id: CHUCK, name: "Test" };
  tenant.addAuthenticationMethod({
    ...row,
    id: "email|dev_f0O81fTcftc0kN2v",
    type: "email",
    email: "chuck@example.com",
  });
  tenant.addAuthenticationMethod({ ...row, id: "totp|dev_F9T7cy0hM0IgHjwP", type: "totp" });
}
