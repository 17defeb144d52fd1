import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { api, exchange } from "../test-support/client.js";
import { PEOPLE, startTenant } from "../test-support/tenant.js";

let tenant;
let call;

before(async () => {
  tenant = await startTenant();
  call = await api(tenant);
});
beforeEach(() => tenant.reset());
after(() => tenant.close());

const identities = (userId) => `/users/${encodeURIComponent(userId)}/identities`;
const github = { provider: "github", user_id: PEOPLE.linus.split("|")[1] };
const link = (primary, json) => call("POST", identities(primary), { json });

test("linking moves the account into the primary and drops its metadata", async () => {
  tenant.user(PEOPLE.linus).user_metadata = { lost: true };
  const response = await link(PEOPLE.ada, github);
  assert.equal(response.status, 201);
  assert.deepEqual(
    response.body.map(({ provider, profileData }) => [provider, profileData.email]),
    [
      ["auth0", "ada@example.com"],
      ["github", "linus@example.com"],
    ],
  );
  assert.equal(tenant.user(PEOPLE.linus), undefined);
  const gone = await call("GET", `/users/${encodeURIComponent(PEOPLE.linus)}`);
  assert.equal(gone.status, 404);
});

test("unlinking turns the identity back into a separate user, without metadata", async () => {
  await link(PEOPLE.ada, github);
  const response = await call("DELETE", `${identities(PEOPLE.ada)}/github/${github.user_id}`);
  assert.equal(response.status, 200);
  assert.equal(response.body.length, 1);
  const user = tenant.user(PEOPLE.linus);
  assert.equal(user.email, "linus@example.com");
  assert.equal(user.user_metadata, undefined);
});

test("rejected: linking itself, a taken, absent or linked account, and unlinking the main identity", async () => {
  const own = await link(PEOPLE.ada, { provider: "auth0", user_id: PEOPLE.ada.slice(6) });
  assert.equal(own.body.message, "Main identity and the new one are the same.");
  await link(PEOPLE.ada, github);
  for (const primary of [PEOPLE.ada, PEOPLE.grace]) {
    const taken = await link(primary, github);
    assert.deepEqual(
      [taken.status, taken.body.message],
      [409, "Specified identity already exists."],
    );
  }
  const absent = await link(PEOPLE.ada, { provider: "google-oauth2", user_id: "0" });
  assert.equal(absent.body.message, "The secondary user does not exist.");
  const nested = await link(PEOPLE.ada, { provider: "auth0", user_id: PEOPLE.linked.slice(6) });
  assert.equal(nested.status, 400);
  const main = await call("DELETE", `${identities(PEOPLE.ada)}/auth0/${PEOPLE.ada.slice(6)}`);
  assert.equal(main.body.message, "Main identity cannot be removed.");
  const unknown = await call("DELETE", `${identities(PEOPLE.ada)}/github/0`);
  assert.equal(unknown.status, 400);
  const nobody = await link("auth0|nobody", github);
  assert.equal(nobody.body.errorCode, "inexistent_user");
});

test("a body with too much, too little or both forms is rejected", async () => {
  for (const json of [
    {},
    { provider: "github" },
    { ...github, x: 1 },
    { ...github, link_with: "t" },
  ]) {
    assert.equal((await link(PEOPLE.ada, json)).body.errorCode, "invalid_body");
  }
});

test("link_with accepts only ID tokens issued to the same client", async () => {
  const { code } = await tenant.login({ user: PEOPLE.grace });
  const { body } = await exchange(tenant, code);
  assert.equal((await link(PEOPLE.ada, { link_with: body.id_token })).status, 201);
  const other = tenant.addClient({ callbacks: ["http://localhost:3000/callback"] });
  const login = await tenant.login({ user: PEOPLE.linus, clientId: other.client_id });
  const foreign = await exchange(tenant, login.code, {
    client_id: other.client_id,
    client_secret: other.client_secret,
  });
  const refused = await link(PEOPLE.ada, { link_with: foreign.body.id_token });
  assert.equal(refused.body.message, "Invalid token audience");
  const [header, payload] = foreign.body.id_token.split(".");
  const none = Buffer.from('{"alg":"none"}').toString("base64url");
  const unsigned = await link(PEOPLE.ada, { link_with: `${none}.${payload}.` });
  assert.equal(unsigned.body.message, "Invalid token algorithm");
  const broken = await link(PEOPLE.ada, { link_with: `${header}.${payload}.AAAA` });
  assert.equal(broken.body.message, "Invalid token signature");
});

test("a user's token gives access to that user only", async () => {
  const params = { audience: tenant.audience };
  const scope = "openid read:current_user update:current_user_identities";
  const login = await tenant.login({ user: PEOPLE.ada, scope, params });
  const { body } = await exchange(tenant, login.code);
  const token = body.access_token;
  const read = (id) => call("GET", `/users/${encodeURIComponent(id)}`, { token });
  assert.equal((await read(PEOPLE.ada)).status, 200);
  assert.equal(
    (await read(PEOPLE.grace)).body.message,
    "User to be acted on does not match subject in bearer token.",
  );
  const plain = await call("POST", identities(PEOPLE.ada), { token, json: github });
  assert.equal(plain.status, 403);
});
