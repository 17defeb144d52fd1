import assert from "node:assert/strict";
import { execFile, fork, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, before, beforeEach, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { PEOPLE, SESSIONS, startTenant } from "../test-support/tenant.js";

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

/** Registers an application that is told on this port when sessions end. */
function addListener(port) {
  const { client_id: clientId, client_secret: clientSecret } = tenant.addClient({
    callbacks: [REDIRECT_URI],
    oidc_logout: {
      backchannel_logout_urls: [`http://127.0.0.1:${port}/`],
      backchannel_logout_initiators: { mode: "all" },
    },
  });
  return { clientId, clientSecret };
}

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
  child.on("message", async ({ url, port }) => {
    if (port !== undefined) return child.send(addListener(port));
    const { url: callback, params } = await tenant.authorize(url, { as: PEOPLE.ada });
    child.send({ callback, params });
  });
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  assert.equal(output.trim(), "ok", errors);
}

for (const name of ["auth0-5", "auth0-6", "auth0"]) {
  test(`${name}: ManagementClient`, () =>
    run("management.mjs", {
      PACKAGE: name,
      SESSION: SESSIONS.adaWindows,
      SECONDARY: PEOPLE.linus,
    }));
}

test("auth0-4: ManagementClient", () => run("management-4.mjs", { SECONDARY: PEOPLE.linus }));

test("auth0: ManagementClient defends an account", () =>
  run("defending.mjs", { USER: PEOPLE.dorothy }));

for (const name of ["auth0-4", "auth0-5/legacy", "auth0-6/legacy", "auth0/legacy"]) {
  test(`${name}: AuthenticationClient`, async () => {
    const login = { user: PEOPLE.ada, nonce: "n1", scope: "openid profile offline_access" };
    const { code } = await tenant.login(login);
    await run("authentication.mjs", { PACKAGE: name, CODE: code, NONCE: "n1" });
  });
}

test("@auth0/auth0-server-js: login, session and logout", () => run("server-js.mjs"));

test("@auth0/auth0-server-js: back-channel logout", () => run("backchannel.mjs"));

test("passport-auth0 in Express", () => run("passport.mjs"));

test("@auth/core, which next-auth runs", () => {
  const { client_id, client_secret } = tenant.addClient({
    callbacks: ["http://localhost:3000/auth/callback/auth0"],
  });
  return run("auth-core.mjs", { CLIENT_ID: client_id, CLIENT_SECRET: client_secret });
});

test("@auth0/auth0-auth-js: code with PKCE", () => run("auth-js.mjs"));

test("openid-client and jose: discovery, PKCE, nonce, max_age, userinfo, key set", () =>
  run("openid-client.mjs"));

test("openid-client 5: discovery, PKCE, form_post, userinfo, refresh, revocation", () =>
  run("openid-client-5.mjs"));

test("jwks-rsa: the key of a token, and an unknown one", () => run("jwks-rsa.mjs"));

const PYTHON = process.env.PYTHON ?? "python3";
const hasPython = spawnSync(PYTHON, ["-c", "import auth0.management"]).status === 0;
/** In CI, too: it installs no packages for Python, which this one has many of. */
const skip =
  !hasPython &&
  `${PYTHON} cannot import auth0: install auth0-python, or set PYTHON to an interpreter that has it`;

test("auth0-python: login, userinfo, refresh and management", { skip }, async () => {
  const { code } = await tenant.login({ user: PEOPLE.ada, scope: "openid offline_access" });
  const program = new URL("../test-support/real-clients/auth0_python.py", import.meta.url);
  const ca = join(directory, "ca.pem");
  const { stdout } = await promisify(execFile)(PYTHON, [fileURLToPath(program)], {
    env: {
      PATH: process.env.PATH,
      SSL_CERT_FILE: ca,
      REQUESTS_CA_BUNDLE: ca,
      DOMAIN: tenant.domain,
      CLIENT_ID: tenant.clientId,
      CLIENT_SECRET: tenant.clientSecret,
      REDIRECT_URI,
      USER_ID: PEOPLE.ada,
      CODE: code,
    },
  });
  assert.equal(stdout.trim(), "ok");
});
