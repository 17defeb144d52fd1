import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, before, beforeEach, test } from "node:test";
import { PEOPLE, SESSIONS, startTenant } from "../index.js";

const REDIRECT_URI = "http://localhost:3000/callback";
let tenant;
let directory;

before(async () => {
  tenant = await startTenant({ https: true });
  directory = mkdtempSync(join(tmpdir(), "tenant-"));
  writeFileSync(join(directory, "ca.pem"), tenant.ca);
});
beforeEach(() => tenant.reset());
after(async () => {
  await tenant.close();
  rmSync(directory, { recursive: true });
});

/**
 * Runs a program that trusts the tenant's certificate authority. When the program sends a URL, a
 * browser signs in there, and the program receives the callback URL.
 */
async function run(program, env = {}) {
  const child = fork(new URL(`../test-support/real-clients/${program}`, import.meta.url), {
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    env: {
      PATH: process.env.PATH,
      NODE_EXTRA_CA_CERTS: join(directory, "ca.pem"),
      DOMAIN: tenant.domain,
      ISSUER: tenant.issuer,
      CLIENT_ID: tenant.clientId,
      CLIENT_SECRET: tenant.clientSecret,
      REDIRECT_URI,
      USER: PEOPLE.ada,
      ...env,
    },
  });
  child.on("message", async ({ url }) => {
    const { url: callback } = await tenant.authorize(url, { as: PEOPLE.ada });
    child.send({ callback });
  });
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  assert.equal(output.trim(), "ok", errors);
}

test("auth0: ManagementClient", () =>
  run("management.mjs", { SESSION: SESSIONS.adaWindows, SECONDARY: PEOPLE.linus }));

test("auth0: ManagementClient defends an account", () =>
  run("defending.mjs", { USER: PEOPLE.dorothy }));

test("auth0: AuthenticationClient", async () => {
  const login = { user: PEOPLE.ada, nonce: "n1", scope: "openid profile offline_access" };
  const { code } = await tenant.login(login);
  await run("authentication.mjs", { CODE: code, NONCE: "n1" });
});

test("@auth0/auth0-auth-js: code with PKCE", () => run("auth-js.mjs"));

test("openid-client and jose: discovery, PKCE, nonce, max_age, userinfo, key set", () =>
  run("openid-client.mjs"));
