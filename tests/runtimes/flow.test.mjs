// The README's walk through a user's sessions does the same in every runtime, by require and by import.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PEOPLE } from "@archie/auth0-tenant-emulator";
import { configOf } from "../../test-support/child.mjs";
import { directoryOf } from "../../test-support/installed.mjs";
import { readDocument } from "../../test-support/repository.mjs";
import { scriptedServer } from "../../test-support/scripted-server.mjs";
import { sharedTenant } from "../../test-support/service.mjs";
import { node, projectIn, RUNTIMES, runIn, tried } from "./runtimes.mjs";

const tenant = await sharedTenant();

const MET = {
  device: "Desktop",
  listed: 5,
  isDate: true,
  left: 4,
  refused: [true, "ERR_SESSION_NOT_FOUND"],
  nobody: [true, true],
  stopped: true,
  misused: [true, "ERR_INVALID_ARG_TYPE"],
  audited: ["session.revoke", "success", "session.revoke", "failure"],
  traced: ["revokeUserSession", "end", "revokeUserSession", "end"],
  dashboard: 2,
};

for (const runtime of RUNTIMES) {
  for (const program of ["flow-require.cjs", "flow-import.mjs"]) {
    test(`${runtime.name}: ${program} gets the results in the README`, tried, async (t) => {
      const hanging = await scriptedServer(t, { api: "hang" });
      const input = {
        config: configOf(tenant),
        hanging: configOf(hanging),
        ada: PEOPLE.ada,
        grace: PEOPLE.grace,
        foreign: tenant.sessions(PEOPLE.grace)[0].id,
      };
      const ended = await runIn(runtime, projectIn(directoryOf(t)), program, input);
      const { code, signal, stderr, stdout } = ended;
      assert.deepEqual({ code, signal, stderr }, { code: 0, signal: null, stderr: "" });
      const { ownLine, ...met } = JSON.parse(stdout);
      assert.deepEqual(met, MET);
      // Bun's stacks do not continue across an await.
      assert.equal(ownLine, runtime.name !== "Bun");
    });
  }
}

for (const program of ["flow-require.cjs", "flow-import.mjs"]) {
  test(`Node.js 16: ${program} fails with the required version`, tried, async (t) => {
    const { code, stderr } = await runIn(node(16), projectIn(directoryOf(t)), program, {});
    assert.equal(code, 1);
    assert.match(
      stderr,
      /^Auth0UserSecurityError \[ERR_NATIVE_ADDON\]: .* needs Node\.js 20\.19, 22\.3 or newer/m,
    );
    assert.match(stderr, /but this is 16\.20\.2\./);
  });
}

test("Deno without a permission that the addon needs names it", tried, async (t) => {
  const deno = { ...RUNTIMES.at(-1), args: ["run", "--allow-env", "--allow-read"] };
  const input = { config: configOf(tenant), ada: PEOPLE.ada };
  const { stdout } = await runIn(deno, projectIn(directoryOf(t)), "src/server.mjs", input);
  const { code, message } = JSON.parse(stdout);
  assert.equal(code, "ERR_NATIVE_ADDON");
  assert.match(message, /--allow-ffi flag\)\. Start Deno with this flag/);
});

test("the guide names the versions that are tested", () => {
  const guide = readDocument("docs/guides/runtimes-and-bundlers.md");
  const { optionalDependencies } = JSON.parse(readDocument("tests/runtimes/package.json"));
  for (const [name, version] of Object.entries(optionalDependencies)) {
    if (name.startsWith("node-16")) continue;
    assert.ok(guide.includes(version.replace(/^.*@/, "")), name);
  }
});
