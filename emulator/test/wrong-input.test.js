import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import {
  manyRefreshTokens,
  manySessions,
  manyUsers,
  PEOPLE,
  startProxy,
  startTenant,
} from "../index.js";

const { ada, linus, sms } = PEOPLE;
const DATABASE = "Username-Password-Authentication";

let tenant;
before(async () => {
  tenant = await startTenant({ customDomains: ["login.example.com"] });
});
beforeEach(() => tenant.reset());
after(() => tenant.close());

/** Each call fails with its message. */
async function assertRefused(calls) {
  for (const [call, message] of calls) await assert.rejects(async () => call(), { message });
}

test("signing in says whom it does not know, and who there is", async () => {
  tenant.addUser({ user_id: "auth0|silent", email: "silent@example.com" });
  tenant.addUser({ user_id: "auth0|anonymous", password: "Secret-1" });
  tenant.addClient({
    client_id: "limited",
    callbacks: ["https://a.example"],
    connections: ["sms"],
  });
  const redirectUri = "https://a.example";
  await assertRefused([
    [() => tenant.login({ user: "auth0|nobody" }), /^There is no user with the id 'auth0\|nobody'/],
    [() => tenant.login({}), /^The login page asks who signs in: name a user .* and \d+ more\.$/],
    [() => tenant.login(), /^login takes an object of options, not undefined$/],
    [() => tenant.login({ usr: ada }), /Unknown option "usr" of login\. Did you mean user\?/],
    [() => tenant.login({ user: 5 }), /"user" of login must be a string that is not empty, not 5/],
    [() => tenant.login({ user: ada, params: "a=b" }), /"params" of login must be an object/],
    [() => tenant.login({ user: ada, actor: {} }), /must be an object with a "sub"/],
    [() => tenant.login({ user: "auth0|silent" }), /the tenant knows no password.*"password"/],
    [() => tenant.login({ user: "auth0|anonymous" }), /neither an email nor a username/],
    [
      () => tenant.login({ user: ada, password: "wrong" }),
      /^The login page refused: Wrong email or password$/,
    ],
    [() => tenant.login({ user: linus, connection: DATABASE }), /and the user's is github\. Leave/],
    [() => tenant.login({ user: ada, clientId: "limited", redirectUri }), /not enabled for the/],
  ]);
  assert.ok((await tenant.login({ user: sms, clientId: "limited", redirectUri })).code);
});

test("an email in place of an id is answered with the ids of its users", async () => {
  tenant.addUser({ user_id: "auth0|one", email: "Only@example.com" });
  const { sharedDatabase, sharedGoogle } = PEOPLE;
  await assertRefused([
    [
      () => tenant.login({ user: "only@EXAMPLE.com" }),
      /^A user is named by an id, .* is an email. The user with this email is 'auth0\|one'\.$/,
    ],
    [
      () => tenant.authorize(tenant.authorizeUrl(), { as: "shared@example.com" }),
      `A user is named by an id, and 'shared@example.com' is an email. The users with this email are '${sharedDatabase}', '${sharedGoogle}'.`,
    ],
    [
      () => tenant.authorize(tenant.authorizeUrl(), { as: "nobody@example.com" }),
      /^There is no user with the id 'nobody@example\.com'/,
    ],
  ]);
});

test("a browser refuses what is no URL of a login", async () => {
  const url = tenant.authorizeUrl();
  await assertRefused([
    [() => tenant.authorize(), /needs an absolute URL, such as .* not undefined$/],
    [() => tenant.authorize("/authorize"), /needs an absolute URL, .* not '\/authorize'$/],
    [
      () => tenant.authorize("https://other.example/authorize"),
      /which serves 127\.0\.0\.1:\d+, login\.example\.com, not other\.example\. Take/,
    ],
    [() => tenant.authorize(`${tenant.url}/authorise`), /^\/authorise is not a page.* 404: /],
    [
      () => tenant.authorize(`${tenant.url}/api/v2/users`),
      /^\/api\/v2\/users is not a page.* 401: /,
    ],
    [() => tenant.authorize(url, ada), /^authorize takes an object of options, not 'auth0/],
    [() => tenant.authorize(url, { user: ada }), /Unknown option "user" of authorize\. Known: as,/],
    [() => tenant.browser({ useragent: "x" }), /"useragent" of browser\. Did you mean userAgent\?/],
  ]);
});

test("a fault says which part of it is wrong", async () => {
  const what = { status: 503 };
  await assertRefused([
    [() => tenant.fault("get_sesion", what), /"get_sesion"\. Did you mean get_session\?/],
    [() => tenant.fault("GET /users/{id}", what), /Did you mean GET \/api\/v2\/users\/\{id\}\?/],
    [() => tenant.fault(undefined, what), /^A fault needs the name of an operation.*not undefined/],
    [() => tenant.fault("*"), /^A fault must be an object such as .*, drip,.*, not undefined$/],
    [() => tenant.fault("*", "503"), /^A fault must be an object such as .*, not '503'$/],
    [() => tenant.fault("*", { delays: 5 }), /^Unknown fault "delays"\. Did you mean delay\?/],
    [() => tenant.fault("*", { status: "503" }), /must be a status from 200 to 599, not '503'$/],
    [() => tenant.fault("*", { commit: true }), /"commit" changes nothing without status, body/],
    [() => tenant.fault("*", { headers: {} }), /"headers" changes nothing without status or body$/],
    [() => tenant.fault("*", { huge: 1e15 }), /"huge" must be a number of bytes up to 1073741824/],
    [() => tenant.fault("*", what, 0), /must be a whole number above 0, or Infinity, not 0$/],
  ]);
});

test("the clock, the plan, the scopes and the secret say what they need", async () => {
  await assertRefused([
    [() => tenant.clock.advance("5m"), /^clock\.advance needs a number of milliseconds, not '5m'$/],
    [() => tenant.clock.set("soon"), /^clock\.set needs a date, .* not 'soon'$/],
    [() => tenant.clock.set(null), /not null$/],
    [() => tenant.clock.set("5"), /^clock\.set needs a date, .* not '5'$/],
    [() => tenant.clock.set("2026-02-31"), /^clock\.set needs a date, .* not '2026-02-31'$/],
    [() => tenant.clock.iso("x"), /^clock\.iso needs a number of milliseconds from now, not 'x'$/],
    [() => tenant.setPlan("enterprize"), /^Unknown plan "enterprize"\. Did you mean enterprise\?$/],
    [() => tenant.setScopes("read:users"), /^setScopes must be a list of strings/],
    [
      () => tenant.setScopes(["read:user"]),
      /has no scope 'read:user'\. Did you mean read:users\?$/,
    ],
    [() => tenant.rotateSecret(5), /must be a string that is not empty, not 5$/],
    [() => tenant.rotateKeys({ revok: true }), /"revok" of rotateKeys\. Did you mean revoke\?$/],
    [() => tenant.members("org_x"), /^There is no organization with the id 'org_x'/],
  ]);
});

test("rows of a user who never existed are refused, and those of a deleted one are none", async (t) => {
  const own = await startTenant();
  t.after(() => own.close());
  const typo = `${ada.slice(0, -1)}x`;
  const tables = [
    ...["sessions", "refreshTokens", "authenticationMethods", "grants", "deviceCredentials"],
    ...["blocks", "emails", "logs"],
  ];
  for (const table of tables) {
    assert.throws(() => own[table](typo), {
      name: "TypeError",
      message: `The tenant has had no user with the id '${typo}' since the last reset. Did you mean ${ada}?`,
    });
  }
  own.removeUser(ada);
  for (const table of tables) assert.deepEqual(own[table](ada), [], table);
  assert.equal(own.removeUser(typo), false);
  assert.throws(() => own.sessions(typo), /has had no user/);
  assert.equal(own.user(typo), undefined);
  own.addLog({ type: "f", user_id: typo });
  assert.equal(own.logs(typo).length, 1);
});

test("the proxy and the factories check their parameters", async () => {
  await assertRefused([
    [() => startProxy(), /^startProxy takes an object of options, not undefined$/],
    [() => startProxy({ route: {} }), /Unknown option "route" of startProxy\. Did you mean routes/],
    [() => startProxy({}), /"routes" of startProxy must be an object, not undefined$/],
    [
      () => startProxy({ routes: { "a.auth0.com": tenant } }),
      /for host and port: "a\.auth0\.com:443"/,
    ],
    [() => startProxy({ routes: { "a:443": "x" } }), /must lead to a tenant, not 'x'$/],
    [() => manySessions(ada, "3"), /^The count of manySessions must be a whole number/],
    [() => manySessions(), /^The user id of manySessions must be a string/],
    [() => manyRefreshTokens(5, 1), /^The user id of manyRefreshTokens must be a string/],
    [() => manyUsers(-1), /^The count of manyUsers must be a whole number of 0 or more, not -1$/],
  ]);
});

test("a row that a test adds is checked as one of a seed", async () => {
  await assertRefused([
    [() => tenant.addUser(), /^addUser: Expected type object/],
    [() => tenant.addUser({ user_id: "x" }), /^addUser: user_id: .*An id names its provider/],
    [
      () => tenant.addUser({ user_id: "auth0|x", password: "weak" }),
      /^addUser: password: too weak/,
    ],
    [
      () => tenant.addSession({ user_id: "auth0|x" }),
      /^addSession: user_id: unknown user: auth0\|x/,
    ],
    [() => tenant.addSession({ user_id: ada, created_at: "soon" }), /A date looks like this/],
    [() => tenant.addClient({ callbacks: "x" }), /^addClient: callbacks: Expected type array/],
    [() => tenant.addConnection({ name: "x", id: "con_1" }), /`con_` and 16 letters or digits$/],
    [() => tenant.addOrganization({ name: "Acme" }), /^addOrganization: name: .*lower-case/],
  ]);
});
