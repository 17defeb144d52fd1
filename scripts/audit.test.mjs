// The check of npm's advisories distinguishes a vulnerability from a registry that returns no advisories.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { root } from "./lib/process.mjs";

const ENDPOINT = "/-/npm/v1/security/advisories/bulk";

/** Runs the check with a registry that has these advisories, or that does not offer any. */
async function audit(t, advisories) {
  const server = createServer((request, response) => {
    const isKnown = advisories && request.url === ENDPOINT;
    response.writeHead(isKnown ? 200 : 405, { "content-type": "application/json" });
    response.end(JSON.stringify(isKnown ? advisories : {}));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  // npm caches advisories.
  const cache = mkdtempSync(join(tmpdir(), "npm-cache-"));
  t.after(() => rmSync(cache, { recursive: true }));
  const settings = {
    npm_config_cache: cache,
    npm_config_registry: `http://127.0.0.1:${server.address().port}/`,
    npm_config_fetch_retries: "0",
    npm_config_offline: "false",
  };
  const env = { ...process.env, ...settings };
  const child = spawn(process.execPath, ["scripts/audit.mjs"], { cwd: root, env });
  const [stdout, stderr, [status]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "close"),
  ]);
  return { status, stdout, stderr };
}

function advisory(severity) {
  return [
    {
      ...{ id: 1, title: "A test", url: "https://example.com/1", severity },
      ...{ vulnerable_versions: "*", cwe: [], cvss: { score: 0, vectorString: null } },
    },
  ];
}

test("a registry that returns no advisories is reported, and nothing fails", async (t) => {
  const { status, stdout } = await audit(t, undefined);
  assert.match(stdout, /npm advisories NOT checked/);
  assert.equal(status, 0);
});

test("an empty list of advisories is reported as none", async (t) => {
  const { status, stdout } = await audit(t, {});
  assert.match(stdout, /for what is published: none\./);
  assert.equal(status, 0);
});

test("a serious vulnerability in a published dependency fails", async (t) => {
  const { status, stderr } = await audit(t, { jose: advisory("high") });
  assert.match(stderr, /serious vulnerabilities: .*jose/);
  assert.equal(status, 1);
});

test("a less severe one is reported, and so is any in a development dependency", async (t) => {
  const { status, stdout } = await audit(t, {
    jose: advisory("moderate"),
    typescript: advisory("critical"),
  });
  assert.match(stdout, /for what is published: [^\n]*jose \(moderate\)/);
  assert.doesNotMatch(stdout, /for what is published: [^\n]*typescript/);
  assert.match(stdout, /typescript \(critical\)/);
  assert.equal(status, 0);
});
