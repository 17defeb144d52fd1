import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { readSeed } from "../src/seed/file.js";

const cli = fileURLToPath(new URL("../cli.js", import.meta.url));
const directory = mkdtempSync(join(tmpdir(), "command-"));
after(() => rmSync(directory, { recursive: true }));

/** Runs the command, which ends by itself only if it fails. */
const run = (args, env = {}) =>
  promisify(execFile)(process.execPath, [cli, ...args], {
    env: { PATH: process.env.PATH, ...env },
    timeout: 20_000,
  });

const write = (name, text) => {
  const file = join(directory, name);
  writeFileSync(file, text);
  return file;
};

const missing = join(directory, "none", "ca.pem");

for (const [args, message, env] of [
  [["--port", "99999"], /^--port must be a port number from 0 to 65535, not 99999\n$/],
  [["--callback", "nonsense"], /^--callback needs URLs such as .*, not \[ 'nonsense' \]\n$/],
  [["--client-id", ""], /^--client-id must be a string that is not empty, not ''\n$/],
  [["--custom-domain", "http://x"], /^--custom-domain needs hosts without a scheme/],
  [["--plan", "gold"], /^--plan does not know the plan "gold"\. Known: unlimited, /],
  [["--origin", "https://a.example"], /^--origin must begin with http:/],
  [
    ["--seed", ""],
    /^--seed: the seed "" cannot be read: there is no such file\. Name a JSON file\n$/,
  ],
  [
    ["--seed", directory],
    /^--seed: the seed "\/.*" cannot be read: it is a folder\. Name a JSON file\n$/,
  ],
  [["--control"], /^TENANT_CONTROL_KEY must be a string of at least 16/, "short"],
  [
    ["--control-host", "http://x/"],
    /^--control-host needs host names without a scheme/,
    "x".repeat(16),
  ],
  [["--control-port", "0"], /^--control-port needs a key of at least 16 characters/],
  [["--control-host", "a"], /^--control-host needs a key of at least 16 characters/],
  [["--host", "203.0.113.1"], /^--host: 203\.0\.113\.1 is not an address of this computer\. Use/],
  [["--https", "--ca", missing], /^--ca: the certificate cannot be written: ENOENT.*\n$/],
]) {
  test(`the command refuses ${args.join(" ").replace(directory, "a folder")} by the name of the flag`, async () => {
    const failed = run(args, env && { TENANT_CONTROL_KEY: env });
    await assert.rejects(failed, { code: 1, killed: false, stderr: message });
  });
}

test("a port that is in use is named with its flag", async (t) => {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  const { port } = server.address();
  for (const flag of ["--port", "--control-port"]) {
    const failed = run([flag, `${port}`], { TENANT_CONTROL_KEY: "x".repeat(16) });
    const stderr = `port ${port} is in use: choose another ${flag}, or stop what uses it\n`;
    await assert.rejects(failed, { code: 1, killed: false, stderr });
  }
});

test("the help says which flags turn on the control plane", async () => {
  const { stdout } = await run(["--help"]);
  assert.match(stdout, /--control-port .*implies --control/);
  assert.match(stdout, /--control-host .*implies --control/);
});

test("an error that only shows in the running tenant has its line in the file, too", async () => {
  const seed =
    '{\n"users": [{ "user_id": "auth0|1" }],\n"refreshTokens": [\n{ "user_id": "auth0|1", "client_id": "x" }] }';
  const file = write("late.json", seed);
  await assert.rejects(run(["--seed", file]), {
    code: 1,
    stderr: /^\/.*late\.json:4: refreshTokens\[0\]\.client_id: unknown application: x\./,
  });
});

test("a seed may begin with a byte order mark", () => {
  const file = write("bom.json", '\ufeff{ "users": [{ "user_id": "auth0|1" }] }');
  assert.deepEqual(readSeed(file), { users: [{ user_id: "auth0|1" }] });
});

test("control characters of a seed do not reach the terminal", () => {
  const file = write("control.json", '{ "sessions": [{ "user_id": "auth0|\\u001b[31m" }] }');
  assert.throws(() => readSeed(file), /unknown user: auth0\|\\u001b\[31m\. Add/);
});
