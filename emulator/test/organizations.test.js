import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { api, token } from "../test-support/client.js";
import { manyUsers, PEOPLE, startTenant } from "../test-support/tenant.js";

const ACME = "org_Acme5678901234ab";
const { ada, grace } = PEOPLE;
const members = `/organizations/${ACME}/members`;
let tenant;
let call;

before(async () => {
  tenant = await startTenant();
  call = await api(tenant);
});
beforeEach(() => {
  tenant.reset();
  tenant.addOrganization({ id: ACME, name: "acme", members: [grace, ada] });
});
after(() => tenant.close());

test("organizations are listed and found by their ids", async () => {
  const acme = { id: ACME, name: "acme", display_name: "acme" };
  const other = tenant.addOrganization({ name: "other", display_name: "Other Ltd." });
  assert.match(other.id, /^org_[A-Za-z0-9]{16}$/);
  assert.deepEqual((await call("GET", "/organizations")).body, [acme, other]);
  const page = await call("GET", "/organizations?page=1&per_page=1&include_totals=true");
  assert.deepEqual(page.body, { start: 1, limit: 1, total: 2, organizations: [other] });
  assert.deepEqual((await call("GET", `/organizations/${ACME}`)).body, acme);
  assert.deepEqual(tenant.organizations(), [acme, other]);
});

test("members are shown as little as Auth0 shows of them", async () => {
  tenant.addUser({ user_id: "auth0|1", picture: "https://example.com/1.png", app_metadata: {} });
  tenant.addMember(ACME, "auth0|1");
  tenant.addMember(ACME, "auth0|1");
  const { body } = await call("GET", members);
  assert.deepEqual(
    body.map((row) => row.user_id),
    [grace, ada, "auth0|1"],
  );
  assert.deepEqual(body[1], { user_id: ada, email: "ada@example.com", name: "Ada Lovelace" });
  assert.deepEqual(body[2], { user_id: "auth0|1", picture: "https://example.com/1.png" });
  const ids = await call("GET", `${members}?fields=user_id&include_totals=true&per_page=1`);
  assert.deepEqual(ids.body, { start: 0, limit: 1, total: 3, members: [{ user_id: grace }] });
  const rest = await call("GET", `${members}?fields=user_id,name&include_fields=false`);
  assert.deepEqual(rest.body[1], { email: "ada@example.com" });
});

test("pages by number end at 1,000 members, checkpoints do not", async () => {
  for (const user of manyUsers(1050)) {
    tenant.addUser(user);
    tenant.addMember(ACME, user.user_id);
  }
  assert.equal((await call("GET", `${members}?per_page=100&page=9`)).body.length, 100);
  const beyond = await call("GET", `${members}?per_page=100&page=10`);
  assert.deepEqual([beyond.status, beyond.body.errorCode], [400, "invalid_paging"]);
  const seen = new Set();
  let from = "";
  for (let pages = 0; pages < 11; pages += 1) {
    const { body } = await call("GET", `${members}?take=100&fields=user_id${from}`);
    for (const { user_id: id } of body.members) seen.add(id);
    from = `&from=${body.next}`;
    assert.equal(body.next === undefined, pages === 10);
  }
  assert.equal(seen.size, 1052);
  const { status, body } = await call("GET", `${members}?from=x`);
  assert.deepEqual([status, body.message], [400, "Invalid checkpoint"]);
  const list = await call("GET", "/organizations?take=1");
  assert.deepEqual(Object.keys(list.body), ["organizations"]);
});

test("an unknown organization is not found, a malformed id and an unknown field are rejected", async () => {
  for (const rest of ["", "/members"]) {
    const absent = await call("GET", `/organizations/org_0000000000000000${rest}`);
    assert.deepEqual(absent.body, {
      statusCode: 404,
      error: "Not Found",
      message: "No organization found by that id or name",
    });
    const malformed = await call("GET", `/organizations/acme${rest}`);
    assert.deepEqual([malformed.status, malformed.body.errorCode], [400, "invalid_uri"]);
  }
  for (const query of ["fields=app_metadata", "fields=roles", "take=0", "take=101", "x=1"]) {
    const { status, body } = await call("GET", `${members}?${query}`);
    assert.deepEqual([status, body.errorCode], [400, "invalid_query_string"], query);
  }
});

test("a removed user is no longer a member", async () => {
  tenant.removeUser(ada);
  assert.deepEqual(
    tenant.members(ACME).map((row) => row.user_id),
    [grace],
  );
  assert.throws(() => tenant.addMember(ACME, ada), /There is no user with the id/);
  assert.throws(
    () => tenant.addMember("org_0000000000000000", grace),
    /There is no organization with the id/,
  );
});

test("a seed may contain organizations, whose members must exist", () => {
  tenant.loadSeed({ organizations: [{ name: "seeded", members: [ada] }] });
  const { id } = tenant.organizations().at(-1);
  assert.deepEqual(tenant.members(id), [tenant.user(ada)]);
  const strangers = { organizations: [{ name: "strangers", members: [ada, "auth0|nobody"] }] };
  assert.throws(() => tenant.loadSeed(strangers), /organizations\[0\]\.members\[1\]: unknown user/);
  const nameless = { organizations: [{ members: [] }] };
  assert.throws(() => tenant.loadSeed(nameless), /organizations\[0\]: Missing required/);
});

test("each operation needs its scope, and takes faults by its id", async () => {
  tenant.setScopes(["read:users"]);
  const { body } = await token(tenant);
  for (const [path, id, scope] of [
    ["/organizations", "get_organizations", "read:organizations"],
    [`/organizations/${ACME}`, "get_organizations_by_id", "read:organizations"],
    [members, "get_organization_members", "read:organization_members"],
  ]) {
    const refused = await call("GET", path, { token: body.access_token });
    assert.equal(refused.body.message, `Insufficient scope, expected any of: ${scope}`);
    tenant.fault(id, { status: 503 });
    assert.equal((await call("GET", path)).status, 503);
    assert.equal(tenant.requests.at(-1).operation, id);
  }
});

test("a login to an organization is refused, at the callback and for a machine, instead of ignored", async () => {
  const refused = {
    error: "invalid_request",
    error_description:
      "parameter organization is not allowed for this client: the emulator has no logins to organizations",
  };
  for (const organization of [ACME, "acme", "org_0000000000000000"]) {
    const { params } = await tenant.login({ user: ada, state: "s", params: { organization } });
    assert.deepEqual(params, { ...refused, state: "s" });
    const { status, body } = await token(tenant, { organization });
    assert.deepEqual([status, body], [400, refused]);
  }
  assert.ok((await tenant.login({ user: ada, params: { organization: "" } })).code);
});
