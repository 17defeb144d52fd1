import assert from "node:assert/strict";
import { test } from "node:test";
import { PEOPLE, startTenant } from "../test-support/tenant.js";

const { ada } = PEOPLE;
const DATABASE = "Username-Password-Authentication";

async function start(t, options) {
  const tenant = await startTenant(options);
  t.after(() => tenant.close());
  return tenant;
}

const circular = {};
circular.self = circular;

for (const [name, seed, message] of [
  ["a bad key", { clients: [{ public_keys: [{ pem: "x" }] }] }, /pem: not a public key/],
  ["an id that is given twice", { users: [{ user_id: ada }, { user_id: ada }] }, /given twice/],
  ["the id of the default application", { clients: [{ client_id: "app" }] }, /already has app/],
  ["a cycle", { users: [{ user_metadata: circular }] }, /cannot be copied: .*circular/],
]) {
  test(`a seed with ${name} leaves the tenant as it is, and the next reset works`, async (t) => {
    const tenant = await start(t, { clientId: "app" });
    const { id } = tenant.addSession({ user_id: ada });
    const fault = tenant.fault("get_session", { status: 503 });
    tenant.clock.advance(3_600_000);
    const now = tenant.clock.now();
    assert.throws(() => tenant.reset(seed), message);
    assert.ok(tenant.session(id));
    assert.ok(tenant.clock.now() >= now);
    assert.equal(fault.remaining, 1);
    const { code } = await tenant.login({ user: ada });
    assert.ok(code);
    tenant.reset();
    assert.equal(tenant.session(id), undefined);
    assert.ok(tenant.user(ada));
  });
}

test("a refused seed of a new tenant does not leave it listening", async () => {
  const seed = { clients: [{ public_keys: [{ pem: "x" }] }] };
  await assert.rejects(startTenant({ seed }), /^TypeError: Bad seed: clients\[0\]\.public_keys/);
});

test("added rows leave the connections of the tenant alone", async (t) => {
  const options = { passwordPolicy: "none" };
  const connections = [{ name: DATABASE, strategy: "auth0", options }];
  const tenant = await start(t, { seed: { connections } });
  const before = tenant.connections();
  tenant.loadSeed({ users: [{ user_id: "auth0|1", email: "a@example.com", password: "x" }] });
  assert.deepEqual(tenant.connections(), before);
  assert.ok((await tenant.login({ user: "auth0|1" })).code);
  const stranger = { users: [{ user_id: "github|1" }] };
  assert.throws(() => tenant.loadSeed(stranger), /there is no connection github for github\|1/);
});

test("the default rows can be added to a tenant with other users, but not twice", async (t) => {
  const tenant = await start(t, { seed: { users: [{ user_id: "auth0|1" }] } });
  const before = tenant.connections();
  tenant.loadSeed();
  assert.ok(tenant.user(ada));
  assert.ok(tenant.user("auth0|1"));
  assert.deepEqual(tenant.connections(), before);
  assert.throws(() => tenant.loadSeed(), /clients\[0\]\.client_id: the tenant already has/);
});

test("a seed may define the example API itself", async (t) => {
  const identifier = "https://api.example.com";
  const scope = ["write:all"];
  const clients = [{ client_id: "m2m", grants: [{ audience: identifier, scope }] }];
  const tenant = await start(t, { seed: { apis: [{ identifier, scopes: scope }], clients } });
  tenant.reset();
  const twice = { apis: [{ identifier }, { identifier }] };
  assert.throws(() => tenant.reset(twice), /apis\[1\]\.identifier: given twice/);
});
