// The emulator is required: in every runtime, and in Jest's CommonJS without flags.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { directoryOf } from "../../test-support/installed.mjs";
import { codeBlocks } from "../../test-support/markdown.mjs";
import { readDocument, root } from "../../test-support/repository.mjs";
import { projectIn, RUNTIMES, runIn, tried } from "./runtimes.mjs";

const JEST = fileURLToPath(new URL("node_modules/jest/bin/jest.js", import.meta.url));
const EMULATOR = "node_modules/@archie/auth0-tenant-emulator";

/** What the emulator needs in Deno, and the tests of this folder otherwise do without. */
const DENO = ["--allow-net", "--allow-sys", "--allow-write"];

/** Installs the emulator as a project that depends on a checkout does. */
function installEmulator(directory) {
  mkdirSync(join(directory, "node_modules/@archie"), { recursive: true });
  symlinkSync(join(root, "emulator"), join(directory, EMULATOR), "junction");
  return directory;
}

for (const runtime of RUNTIMES) {
  test(`${runtime.name}: a CommonJS program can require it`, tried, async (t) => {
    const directory = installEmulator(projectIn(directoryOf(t)));
    const more = runtime.name === "Deno" ? DENO : [];
    const { code, stdout, stderr } = await runIn(runtime, directory, "emulator.cjs", {}, more);
    assert.deepEqual([code, stderr], [0, ""]);
    assert.deepEqual(JSON.parse(stdout), ["string", 7]);
  });
}

/** Runs Jest on one file and returns its report. */
function runJest(t, source) {
  const directory = installEmulator(directoryOf(t));
  writeFileSync(join(directory, "package.json"), "{}");
  writeFileSync(join(directory, "some.test.js"), source);
  const { NODE_OPTIONS: _options, ...env } = process.env;
  const { status, stderr } = spawnSync(process.execPath, [JEST, "--ci", "--no-cache"], {
    cwd: directory,
    env: { ...env, NO_COLOR: "1" },
    encoding: "utf8",
  });
  return { status, stderr };
}

function assertPassed({ status, stderr }, count) {
  assert.equal(status, 0, stderr);
  assert.match(stderr, new RegExp(`Tests: +${count} passed, ${count} total`));
}

test("the README's test for Jest passes", (t) => {
  const { code } = codeBlocks(readDocument("emulator/README.md")).find(({ code }) =>
    code.startsWith("// Jest"),
  );
  const program = `
    async function logOutEverywhere(user, tenant) {
      for (const { id } of tenant.sessions(user)) await endSession(tenant, id);
    }
    async function endSession({ url, audience, clientId, clientSecret }, id) {
      const headers = { "content-type": "application/json" };
      const body = JSON.stringify({
        grant_type: "client_credentials", audience, client_id: clientId, client_secret: clientSecret,
      });
      const granted = await fetch(url + "/oauth/token", { method: "POST", headers, body });
      const { access_token: token } = await granted.json();
      const authorization = "Bearer " + token;
      await fetch(url + "/api/v2/sessions/" + id, { method: "DELETE", headers: { authorization } });
    }`;
  assertPassed(runJest(t, `${code}\n${program}`), 1);
});

test("rows can be compared and changed, errors are reported, and fake timers do not stop the tenant", (t) => {
  const source = `
    const { PEOPLE, manySessions, startProxy, startTenant } = require("@archie/auth0-tenant-emulator");

    test("rows", async () => {
      const tenant = await startTenant({ seed: { users: [{ user_id: "auth0|1" }] } });
      expect(tenant.sessions("auth0|1")).toStrictEqual([]);
      expect(tenant.users()).toMatchObject([{ user_id: "auth0|1", identities: [{ user_id: "1" }] }]);
      tenant.user("auth0|1").blocked = true;
      expect(tenant.user("auth0|1")).toHaveProperty("blocked", true);
      expect(manySessions("auth0|1", 3)).toHaveLength(3);
      await tenant.close();
    });

    test("errors", async () => {
      await expect(startTenant({ sedd: {} })).rejects.toThrow('Unknown option "sedd"');
    });

    test("timers", async () => {
      jest.useFakeTimers();
      const tenant = await startTenant();
      const proxy = await startProxy({ routes: { "a.example:443": tenant } });
      expect(await tenant.login({ user: PEOPLE.ada })).toHaveProperty("code");
      await proxy.close();
      await tenant.close();
    });
  `;
  assertPassed(runJest(t, source), 3);
});
