// The Next.js example, built and started as for production.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { PEOPLE, SESSIONS } from "@archie/auth0-tenant-emulator";
import { environmentFor, startApplication } from "../../test-support/application.mjs";
import { scriptedServer } from "../../test-support/scripted-server.mjs";
import { tenantOf, tokenRequests } from "../../test-support/service.mjs";

const example = fileURLToPath(new URL("../../examples/next/", import.meta.url));
const next = join(example, "node_modules/next/dist/bin/next");
const quiet = { NEXT_TELEMETRY_DISABLED: "1", NO_COLOR: "1" };
const ADA = { sub: PEOPLE.ada, sid: SESSIONS.adaWindows };

/** The output of `next build`, and whether it succeeds. */
function build(cwd, ...args) {
  const env = { ...process.env, ...quiet };
  const { status, stdout, stderr } = spawnSync(process.execPath, [next, "build", ...args], {
    cwd,
    env,
    encoding: "utf8",
  });
  return { status, output: `${stdout}${stderr}` };
}

async function start(t, tenant, login) {
  const env = { ...environmentFor(tenant, login), ...quiet };
  const args = [next, "start", "--port", "0", "--hostname", "127.0.0.1"];
  const application = await startApplication(t, args, { cwd: example, env });
  const sessions = `${application.url}/api/sessions`;
  const remove = (path = "", init = {}) =>
    fetch(`${sessions}${path}`, { method: "DELETE", ...init });
  return { ...application, sessions, remove };
}

before(() => {
  const { status, output } = build(example);
  assert.equal(status, 0, output);
});

test("users see where they are signed in, and can end one session or all others", async (t) => {
  const tenant = await tenantOf(t);
  const { sessions, remove } = await start(t, tenant, ADA);
  const listed = await (await fetch(sessions)).json();
  assert.equal(listed.length, 5);
  assert.deepEqual(listed[0], {
    id: ADA.sid,
    name: "Chrome 120.0.0",
    os: "Windows 10",
    current: true,
  });

  assert.equal((await remove(`/${SESSIONS.adaIphone}`)).status, 204);
  assert.equal(tenant.session(SESSIONS.adaIphone), undefined);
  assert.deepEqual(await (await remove()).json(), { revoked: 3 });
  assert.deepEqual(
    (await (await fetch(sessions)).json()).map(({ id }) => id),
    [ADA.sid],
  );
  assert.equal(tokenRequests(tenant).length, 1, "both routes share one service");
});

test("no request can end another user's session", async (t) => {
  const tenant = await tenantOf(t);
  const { remove } = await start(t, tenant, ADA);
  const foreign = await remove(`/${SESSIONS.graceTablet}?sub=${PEOPLE.grace}`, {
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ sub: PEOPLE.grace }),
  });
  const absent = await remove("/no-such-session");
  assert.deepEqual([foreign.status, absent.status], [404, 404]);
  assert.equal(await foreign.text(), await absent.text());
  assert.ok(tenant.session(SESSIONS.graceTablet));
});

test("without a login nothing is requested from the tenant", async (t) => {
  const tenant = await tenantOf(t);
  const { sessions, remove } = await start(t, tenant);
  assert.equal((await fetch(sessions)).status, 401);
  assert.equal((await remove()).status, 401);
  assert.equal(tenant.requestCount, 0);
});

test("a failing tenant gives 502, a rate limit 503 with Retry-After", async (t) => {
  const tenant = await tenantOf(t);
  const { sessions } = await start(t, tenant, ADA);
  tenant.fault("get_sessions_for_user", { status: 400 });
  assert.equal((await fetch(sessions)).status, 502);
  tenant.fault("get_sessions_for_user", { status: 429, headers: { "retry-after": "60" } });
  const limited = await fetch(sessions);
  assert.deepEqual([limited.status, limited.headers.get("retry-after")], [503, "60"]);
});

test("when the client disconnects, the request to the tenant is aborted", async (t) => {
  const caller = new AbortController();
  const server = await scriptedServer(t, {
    api() {
      caller.abort();
      return "hang";
    },
  });
  const { remove, printed } = await start(t, server, ADA);
  const gone = { name: "AbortError" };
  await assert.rejects(remove(`/${SESSIONS.adaIphone}`, { signal: caller.signal }), gone);
  const [, outcome] = await printed(/audit: session\.revoke (\w+)/);
  assert.equal(outcome, "cancelled");
  await server.quiet();
});

test("webpack builds it too", async (t) => {
  const { status, output } = build(example, "--webpack");
  assert.equal(status, 0, output);
  const { sessions } = await start(t, await tenantOf(t), ADA);
  assert.equal((await (await fetch(sessions)).json()).length, 5);
});

test("without serverExternalPackages the build fails at the addon", (t) => {
  const copy = mkdtempSync(join(example, ".next", "without-"));
  t.after(() => rmSync(copy, { recursive: true }));
  for (const name of ["app", "lib", "package.json", "tsconfig.json"]) {
    cpSync(join(example, name), join(copy, name), { recursive: true });
  }
  writeFileSync(join(copy, "next.config.mjs"), "export default {};");
  const { status, output } = build(copy);
  assert.equal(status, 1);
  assert.match(output, /auth0-user-security\.[\w-]+\.node \(node addon\) is not placeable/);
});
