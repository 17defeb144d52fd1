import assert from "node:assert/strict";
import { test } from "node:test";
import { api } from "../test-support/client.js";
import { PEOPLE, startTenant } from "../test-support/tenant.js";

async function start(t, options) {
  const tenant = await startTenant(options);
  t.after(() => tenant.close());
  return tenant;
}

const identity = (provider, id) => ({ provider, user_id: id, connection: provider });

test("rows of a seed are copied: changes reach neither a reset nor another tenant", async (t) => {
  const seed = {
    connections: [{ name: "github", id: "con_3Vb6nYh9Rd4cJk5M" }],
    users: [
      { user_id: "github|1", identities: [identity("github", "1")], user_metadata: { a: 1 } },
      { user_id: "github|2", identities: [identity("github", "2")] },
    ],
    sessions: [{ user_id: "github|1", clients: [], authentication: { methods: [] } }],
  };
  const before = structuredClone(seed);
  const [one, two] = [await start(t, { seed }), await start(t, { seed })];
  const call = await api(one);
  const json = { provider: "github", user_id: "2" };
  assert.equal((await call("POST", "/users/github%7C1/identities", { json })).status, 201);
  one.sessions("github|1")[0].clients.push({ client_id: "x" });
  one.sessions("github|1")[0].authentication.methods.push({ name: "x" });
  one.user("github|1").user_metadata.a = 2;
  assert.deepEqual(seed, before);
  one.reset();
  for (const tenant of [one, two]) {
    assert.equal(tenant.user("github|1").identities.length, 1);
    assert.deepEqual(tenant.user("github|1").user_metadata, { a: 1 });
    assert.deepEqual(tenant.sessions("github|1")[0].clients, []);
    assert.deepEqual(tenant.sessions("github|1")[0].authentication.methods, []);
  }
});

test("rows that a test adds are copied, too", async (t) => {
  const tenant = await start(t);
  const rows = {
    addUser: { user_id: "auth0|copy", user_metadata: { list: [1] } },
    addClient: { client_id: "copy", callbacks: ["https://app.example/cb"] },
    addApi: { identifier: "https://copy.example", scopes: ["a"] },
    addSession: { user_id: "auth0|copy", clients: [{ client_id: "copy" }] },
    addRefreshToken: {
      user_id: "auth0|copy",
      resource_servers: [{ audience: "https://copy.example", scopes: "a" }],
    },
    addAuthenticationMethod: { user_id: "auth0|copy", type: "phone", authentication_methods: [] },
    addGrant: { user_id: "auth0|copy", scope: ["read:users"] },
  };
  for (const [add, given] of Object.entries(rows)) {
    const row = tenant[add](given);
    for (const [name, value] of Object.entries(given)) {
      if (typeof value === "object") assert.notEqual(row[name], value, `${add} ${name}`);
    }
  }
});

test("a reset restores time, identifiers and plan", async (t) => {
  const tenant = await start(t, { deterministic: "x" });
  const first = () => tenant.addSession({ user_id: PEOPLE.ada }).id;
  const id = first();
  tenant.clock.advance(3_600_000);
  tenant.clock.freeze();
  const frozen = tenant.clock.now();
  tenant.setPlan("free");
  tenant.reset();
  assert.ok(tenant.clock.now() < frozen);
  assert.equal(first(), id);
  const before = tenant.clock.now();
  while (Date.now() <= before) await new Promise(setImmediate);
  assert.ok(tenant.clock.now() > before);
});

test("the plan decides about session management, unless the option does", async (t) => {
  const tenant = await start(t);
  const call = await api(tenant);
  const status = async (plan) => {
    tenant.setPlan(plan);
    return (await call("GET", "/sessions/none")).status;
  };
  assert.deepEqual([await status("free"), await status("enterprise")], [403, 404]);
  const decided = await start(t, { sessionManagement: true, plan: "free" });
  assert.equal((await (await api(decided))("GET", "/sessions/none")).status, 404);
});
