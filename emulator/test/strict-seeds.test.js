import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { PEOPLE, startTenant } from "../index.js";

const { ada, grace, linked } = PEOPLE;
const DATABASE = "Username-Password-Authentication";

let tenant;
before(async () => {
  tenant = await startTenant();
});
beforeEach(() => tenant.reset());
after(() => tenant.close());

const github = (id) => ({ provider: "github", user_id: id, connection: "github" });
const database = (id) => ({ provider: "auth0", user_id: id, connection: DATABASE });

function assertRefused(cases) {
  for (const [seed, message] of cases) {
    assert.throws(() => tenant.reset(seed), { message }, JSON.stringify(seed));
  }
}

test("no id is used twice in a seed", () => {
  const rowsOf = {
    connections: { name: "one" },
    apis: { identifier: "https://a.example" },
    clients: { client_id: "a" },
    users: { user_id: "auth0|1" },
    sessions: { id: "s", user_id: "auth0|1" },
    refreshTokens: { id: "t", user_id: "auth0|1" },
    authenticationMethods: { id: "m", type: "totp", user_id: "auth0|1" },
    grants: { id: "g", user_id: "auth0|1" },
    deviceCredentials: { id: "d", user_id: "auth0|1" },
    organizations: { name: "acme" },
  };
  const users = [{ user_id: "auth0|1" }];
  for (const [table, row] of Object.entries(rowsOf)) {
    const [key] = Object.keys(row);
    const message = new RegExp(
      `^Bad seed: ${table}\\[1\\]\\.${key}: given twice: .*Use another ${key}`,
    );
    const others = table === "connections" ? {} : { users };
    assertRefused([[{ ...others, [table]: [row, row] }, message]]);
  }
  const id = "con_AAAAAAAAAAAAAAAA";
  const token = "v1.secret";
  assertRefused([
    [
      {
        connections: [
          { name: "a", id },
          { name: "b", id },
        ],
      },
      /connections\[1\]\.id: given twice/,
    ],
    [
      {
        users,
        refreshTokens: [
          { user_id: "auth0|1", token },
          { user_id: "auth0|1", token },
        ],
      },
      /refreshTokens\[1\]\.token: given twice: this token\./,
    ],
  ]);
});

test("a row that a test adds replaces none", () => {
  const session = tenant.addSession({ user_id: ada });
  const { id: token } = tenant.addRefreshToken({ user_id: ada, token: "raw" });
  const { client_id } = tenant.addClient({});
  const organization = tenant.addOrganization({ name: "acme" });
  for (const [call, message] of [
    [
      () => tenant.addUser({ user_id: ada, name: "Eve" }),
      /^addUser: user_id: .* already has auth0/,
    ],
    [() => tenant.addSession({ user_id: grace, id: session.id }), /^addSession: id: the tenant/],
    [() => tenant.addRefreshToken({ user_id: grace, id: token }), /^addRefreshToken: id: the ten/],
    [() => tenant.addRefreshToken({ user_id: grace, token: "raw" }), /already has this token\./],
    [() => tenant.addClient({ client_id }), /^addClient: client_id: the tenant already has/],
    [() => tenant.addClient({ client_id: tenant.clientId }), /options clientId and client\.$/],
    [() => tenant.addConnection({ name: "github" }), /^addConnection: name: .* already has github/],
    [() => tenant.addApi({ identifier: tenant.audience, scopes: [] }), /cannot be replaced\.$/],
    [() => tenant.addOrganization({ name: "acme" }), /^addOrganization: name: the tenant already/],
    [() => tenant.addOrganization({ name: "b", id: organization.id }), /id: the tenant already/],
    [() => tenant.loadSeed({ users: [{ user_id: ada }] }), /or reset the tenant first\.$/],
  ]) {
    assert.throws(call, { message });
  }
  assert.equal(tenant.user(ada).name, "Ada Lovelace");
  assert.equal(tenant.session(session.id).user_id, ada);
});

test("an identity belongs to one user", () => {
  const users = [
    { user_id: "auth0|1", identities: [database("1"), github("7")] },
    { user_id: "auth0|2", identities: [database("2"), github(7)] },
  ];
  assertRefused([
    [{ users }, /users\[1\]\.identities\[1\]: the identity github\|7 belongs to auth0\|1/],
    [{ users: [users[0], { user_id: "github|7" }] }, /users\[1\]\.user_id: the identity github\|7/],
  ]);
  const [, second] = tenant.user(linked).identities;
  const user_id = `${second.provider}|${second.user_id}`;
  assert.throws(() => tenant.addUser({ user_id }), /^TypeError: addUser: user_id: the identity/);
  const identities = [database("3"), github(PEOPLE.linus.slice("github|".length))];
  assert.throws(() => tenant.addUser({ user_id: "auth0|3", identities }), /belongs to github\|/);
});

test("every identity fits its connection, and the first one the user", () => {
  const withUser = (user) => ({ users: [{ user_id: "auth0|1", ...user }] });
  const foreign = { ...github("2"), connection: "google-oauth2" };
  assertRefused([
    [
      withUser({ identities: [database("1"), foreign] }),
      /identities\[1\]\.provider: github does not fit the connection google-oauth2\. .* is google-/,
    ],
    [
      withUser({ identities: [database("other")], password: "Secret-1" }),
      /identities\[0\]\.user_id: the user is auth0\|1, but the first identity is auth0\|other/,
    ],
    [
      withUser({ identities: [github("2"), database("1")] }),
      /: the user is auth0\|1, but the first identity is github\|2/,
    ],
    [{ users: [{ identities: [github("2")] }] }, /users\[0\]: .*set user_id to github\|2$/],
    [
      withUser({ connection: "github", identities: [database("1")] }),
      /users\[0\]\.connection: the first identity has another: github/,
    ],
  ]);
});

test("what no application could use is refused", () => {
  const withClient = (client) => ({ clients: [client] });
  const refusedUrls = [
    "foo",
    "javascript:alert(1)",
    "http://localhost/cb#x",
    "https://a.*.example",
  ];
  for (const url of refusedUrls) {
    assertRefused([
      [withClient({ callbacks: [url] }), /clients\[0\]\.callbacks\[0\]: .*Use a URL such as/],
      [withClient({ allowed_logout_urls: [url] }), /allowed_logout_urls\[0\]: .*Use a URL such as/],
    ]);
  }
  for (const origin of ["localhost:5173", "https://a.example/path", "com.example.app://x", "*"]) {
    assertRefused([
      [withClient({ web_origins: [origin] }), /web_origins\[0\]: .*Use an origin on the web/],
      [withClient({ allowed_origins: [origin] }), /allowed_origins\[0\]: .*Use an origin on the/],
    ]);
  }
  const oidc_logout = { backchannel_logout_urls: ["nonsense"] };
  assertRefused([
    [withClient({ grant_types: ["foo"] }), /grant_types\[0\]: .*Known: authorization_code, /],
    [withClient({ oidc_logout }), /backchannel_logout_urls\[0\]: .*Use an address on the web/],
    [
      withClient({ initiate_login_uri: "/login" }),
      /initiate_login_uri: .*Use an address on the web/,
    ],
  ]);
});

test("emails, dates and event codes that do not exist are refused", () => {
  const users = [{ user_id: "auth0|1" }];
  const session = { user_id: "auth0|1", created_at: "2026-03-01T00:00:00.000Z" };
  const early = { ...session, expires_at: "2026-02-01T00:00:00.000Z" };
  assertRefused([
    [{ users: [{ email: "junk" }] }, /users\[0\]\.email: .*An email looks like this/],
    [{ users: [{ created_at: "2026-02-31T00:00:00Z" }] }, /created_at: .*A date looks like this/],
    [{ users: [{ created_at: "2026-02-28T25:00:00Z" }] }, /created_at: .*A date looks like this/],
    [{ users, sessions: [early] }, /sessions\[0\]\.expires_at: .* is before created_at, .*later/],
    [{ users, refreshTokens: [early] }, /refreshTokens\[0\]\.expires_at: .* is before created_at/],
    [
      { users, sessions: [{ ...session, idle_expires_at: early.expires_at }] },
      /sessions\[0\]\.idle_expires_at: .* is before created_at/,
    ],
    [{ logs: [{ type: "sapii" }] }, /logs\[0\]\.type: .*event codes\. Did you mean sapi\?$/],
  ]);
  tenant.addLog({ type: "gd_auth_succeed" });
  tenant.addUser({ user_id: "auth0|leap", created_at: "2024-02-29T23:59:59.000+02:00" });
});

test("refresh tokens belong to applications that exist", () => {
  const users = [{ user_id: "auth0|1" }];
  const refreshTokens = [{ user_id: "auth0|1", client_id: "shop" }];
  assertRefused([
    [
      { users, refreshTokens },
      /refreshTokens\[0\]\.client_id: unknown application: shop\. Add the/,
    ],
  ]);
  assert.throws(
    () => tenant.addRefreshToken({ user_id: ada, client_id: "shop" }),
    /^TypeError: addRefreshToken: client_id: unknown application: shop/,
  );
  tenant.reset({ users, refreshTokens, clients: [{ client_id: "shop" }] });
  tenant.addRefreshToken({ user_id: "auth0|1", client_id: tenant.clientId });
  assert.equal(tenant.refreshTokens("auth0|1").length, 2);
  tenant.reset({ users: [{ user_id: ada }] });
});

test("scopes of a grant without an audience are those of the Management API", () => {
  const scope = ["openid", "read:usrs"];
  const message =
    /grants\[0\]\.scope\[1\]: unknown scope: read:usrs\..* Did you mean read:users\?$/;
  assertRefused([
    [{ users: [{ user_id: "auth0|1" }], grants: [{ user_id: "auth0|1", scope }] }, message],
  ]);
  assert.throws(
    () => tenant.addGrant({ user_id: ada, scope }),
    /addGrant: scope\[1\]: unknown scope/,
  );
  const grant = tenant.addGrant({ user_id: ada, scope: ["openid", "read:users"] });
  assert.equal(grant.audience, tenant.audience);
});

test("an email belongs to one user of a database, in whatever case, and to any number of others", () => {
  const one = { user_id: "auth0|1", email: "ada@example.com" };
  const two = { user_id: "auth0|2", email: "ADA@example.com" };
  assertRefused([
    [
      { users: [one, two] },
      /users\[1\]\.email: ada@example\.com is the email of users\[0\] \(auth0\|1\) already\. .*use another email/,
    ],
    [{ users: [{ email: one.email }, two] }, /is the email of users\[0\] already/],
  ]);
  tenant.reset({ users: [one] });
  assert.throws(() => tenant.addUser(two), /^TypeError: addUser: email: .* of auth0\|1 already/);
  assert.throws(() => tenant.addUser({ email: one.email }), /^TypeError: addUser: email: /);
  const connections = [{ name: "staff", strategy: "auth0" }];
  tenant.loadSeed({ connections, users: [{ ...two, connection: "staff" }] });
  tenant.addUser({ user_id: "github|9", email: one.email });
  tenant.addUser({ user_id: "github|10", email: one.email });
  tenant.reset({ users: [{ user_id: ada }] });
});

test("a scope of an API has no spaces", () => {
  const withScope = (scope) => ({ apis: [{ identifier: "https://a.example", scopes: [scope] }] });
  assertRefused(
    ["read items", "", 'read:"items"', "read\\items"].map((scope) => [
      withScope(scope),
      /apis\[0\]\.scopes\[0\]: .*It needs a scope without spaces, .* such as `read:items`$/,
    ]),
  );
  tenant.addApi(withScope("read:items/own~[1]").apis[0]);
});
