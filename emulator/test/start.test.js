import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { manyUsers, PEOPLE, startTenant } from "../index.js";
import { api, token } from "../test-support/client.js";

const cli = fileURLToPath(new URL("../cli.js", import.meta.url));
const directory = mkdtempSync(join(tmpdir(), "seed-"));
after(() => rmSync(directory, { recursive: true }));

async function start(t, options) {
  const tenant = await startTenant(options);
  t.after(() => tenant.close());
  return tenant;
}

test("a seed replaces the users and keeps the connections", async (t) => {
  const tenant = await start(t, { seed: { users: manyUsers(3) } });
  assert.deepEqual([tenant.users().length, tenant.sessions().length], [3, 0]);
  assert.ok(tenant.connections().length > 3);
});

test("an error in options, quirks or seed names its place", async () => {
  await assert.rejects(startTenant({ prot: 1 }), /Unknown option "prot"/);
  await assert.rejects(startTenant({ quirks: { x: 1 } }), /Unknown quirk "x"/);
  await assert.rejects(startTenant({ plan: "gold" }), /Unknown plan "gold"/);
  const seed = { users: [{ emial: "a@b.c" }] };
  await assert.rejects(startTenant({ seed }), /users\[0\]\.emial: unknown key/);
  await assert.rejects(startTenant({ domain: "x.auth0.com" }), /needs "https"/);
});

test("the same text gives the same identifiers, and no text gives random ones", async (t) => {
  const ids = async (deterministic) => {
    const tenant = await start(t, { deterministic });
    return [tenant.clientSecret, ...tenant.sessions().map((session) => session.id)];
  };
  assert.deepEqual(await ids("a"), await ids("a"));
  assert.notDeepEqual(await ids("a"), await ids("b"));
  assert.notDeepEqual(await ids(), await ids());
});

test("two tenants share nothing", async (t) => {
  const [one, two] = await Promise.all([start(t), start(t)]);
  one.addUser({ user_id: "auth0|only-here" });
  assert.equal(two.user("auth0|only-here"), undefined);
  const { body } = await token(one);
  const call = await api(two);
  const response = await call("GET", "/users", { token: body.access_token });
  assert.equal(response.status, 401);
});

test("a reset restores the seed and keeps tokens valid", async (t) => {
  const tenant = await start(t);
  const call = await api(tenant);
  tenant.fault("*", { status: 500 }, 10);
  await call("DELETE", `/users/${encodeURIComponent(PEOPLE.ada)}`);
  tenant.reset();
  assert.equal((await call("GET", `/users/${encodeURIComponent(PEOPLE.ada)}`)).status, 200);
});

test("a rotated secret is invalid immediately, and tokenLifetime limits tokens", async (t) => {
  const tenant = await start(t, { tokenLifetime: 60 });
  const old = tenant.clientSecret;
  const call = await api(tenant);
  assert.notEqual(tenant.rotateSecret(), old);
  assert.equal((await token(tenant, { client_secret: old })).status, 401);
  assert.equal((await token(tenant)).body.expires_in, 60);
  tenant.clock.advance(60_000);
  const { body } = await call("GET", "/users");
  assert.equal(body.message, "Expired token received for JSON Web Token validation");
});

test("a program exits by itself once its tenant is closed", async () => {
  const program = `
    import { startTenant } from ${JSON.stringify(new URL("../index.js", import.meta.url).href)};
    const tenant = await startTenant();
    await fetch(tenant.url + "/.well-known/jwks.json").then((response) => response.text());
    await tenant.close();
    console.log("closed");`;
  const run = promisify(execFile)(process.execPath, ["--input-type=module", "-e", program], {
    timeout: 10_000,
  });
  assert.equal((await run).stdout, "closed\n");
});

test("the command reports file, line and key of a bad seed", async () => {
  const file = join(directory, "bad.json");
  writeFileSync(file, '{\n  "users": [\n    { "email": "a@b.c",\n      "pasword": "x" }\n  ]\n}\n');
  const failed = promisify(execFile)(process.execPath, [cli, "--seed", file]);
  await assert.rejects(failed, {
    code: 1,
    stderr: `${file}:4: users[0].pasword: unknown key. Did you mean password?\n`,
  });
});

test("the command starts, logs requests readably, and ends on a signal", async () => {
  const file = join(directory, "good.json");
  writeFileSync(file, JSON.stringify({ users: [{ user_id: "auth0|x", email: "x@example.com" }] }));
  const child = spawn(process.execPath, [cli, "--seed", file], { stdio: "pipe" });
  const output = text(child.stdout);
  const [banner] = await once(child.stdout, "data");
  const [, url] = /Tenant ready at (\S+), 1 users/.exec(banner);
  await fetch(`${url}/api/v2/users/auth0%7Cx?code=secret`);
  child.kill("SIGINT");
  await once(child, "exit");
  assert.match(await output, /GET {4}\/api\/v2\/users\/auth0\|x\?code=… 401 [\d.]+ ms\n/);
});

test("a tenant that others reach under another name calls itself so everywhere", async (t) => {
  const origin = "http://auth0:4000";
  const tenant = await start(t, { origin, control: { key: "0123456789abcdef" } });
  assert.deepEqual(
    [tenant.domain, tenant.issuer, tenant.audience],
    [origin, `${origin}/`, `${origin}/api/v2/`],
  );
  const { body } = await token(tenant);
  assert.ok(body.access_token);
  const { code } = await tenant.login({ user: PEOPLE.ada });
  assert.ok(code);
  await assert.rejects(
    startTenant({ origin: "auth0:4000" }),
    /"origin" of startTenant must be an origin/,
  );
  await assert.rejects(startTenant({ origin: "https://auth0:4000" }), /must begin with http:/);
  const both = { https: true, origin: "https://a.example", domain: "a.example" };
  await assert.rejects(startTenant(both), /say the same/);
});
