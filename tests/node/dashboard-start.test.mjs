// The command `npm run dashboard`: what it prints, and what it must not print.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { PEOPLE, SESSIONS } from "@archie/auth0-tenant-emulator";
import { redirectTarget, Visitor } from "../../test-support/dashboard-app.mjs";
import { tenantOf } from "../../test-support/service.mjs";

const { ada, linus } = PEOPLE;
const start = fileURLToPath(new URL("../../examples/dashboard-app/start.mjs", import.meta.url));

function spawnDashboard(t, args, variables = {}) {
  const { AUTH0_DOMAIN: _domain, BASE_URL: _url, ...rest } = process.env;
  const child = spawn(process.execPath, [start, ...args], { env: { ...rest, ...variables } });
  t.after(() => child.kill());
  const printed = { text: "" };
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text) => {
      printed.text += text;
    });
  }
  return { child, printed };
}

/** Starts it, and waits for all of its output. */
async function ready(t, variables) {
  const { child, printed } = spawnDashboard(t, ["--port", "0"], variables);
  for await (const line of createInterface(child.stdout)) if (line.startsWith("Ctrl-C")) break;
  child.stdout.resume();
  const [url] = /http:\/\/localhost:\d+/.exec(printed.text);
  return { child, printed, url };
}

async function failure(t, args, variables) {
  const { child, printed } = spawnDashboard(t, args, variables);
  const [code] = await once(child, "close");
  assert.equal(code, 1);
  return printed.text;
}

test("it prints its address and whom to log in as, and then serves", async (t) => {
  const { printed, url } = await ready(t);
  assert.match(printed.text, /Sign in as ada@example\.com with the password Correct-horse-1\./);
  assert.match(await (await fetch(url)).text(), /Look after your account/);
});

test("a port that is in use is reported with the fix", async (t) => {
  const other = createServer().listen(0, "localhost");
  await once(other, "listening");
  t.after(() => other.close());
  const { port } = other.address();
  const text = await failure(t, ["--port", String(port)]);
  assert.match(text, new RegExp(`Port ${port} is taken\\. .*--port 0`));
});

for (const port of ["http", "-1", "70000", ""]) {
  test(`"${port}" is not a port`, async (t) => {
    const text = await failure(t, [`--port=${port}`]);
    assert.match(text, /--port must be a number from 0 to 65535/);
  });
}

test("a missing variable of the tenant to use is named", async (t) => {
  const text = await failure(t, ["--port", "0"], { AUTH0_DOMAIN: "tenant.eu.auth0.com" });
  assert.match(text, /AUTH0_WEB_CLIENT_ID is missing\. .*README\.md/);
});

for (const url of ["app.example.com", "localhost:3000", "https://app.example.com/account"]) {
  test(`BASE_URL=${url} is rejected by name`, async (t) => {
    const text = await failure(t, ["--port", "0"], { BASE_URL: url });
    assert.match(text, /BASE_URL must be an origin such as https:/);
  });
}

const CHANGES = [
  "DELETE /api/v2/sessions/{id}",
  "POST /api/v2/users/{id}/identities",
  "POST /api/v2/tickets/password-change",
];

/** The application as its README runs it on an existing tenant. */
async function onTenantOfEnvironment(t) {
  const tenant = await tenantOf(t);
  const secret = "the-secret-of-the-web-application";
  const started = await ready(t, {
    AUTH0_DOMAIN: tenant.domain,
    AUTH0_CLIENT_ID: tenant.clientId,
    AUTH0_CLIENT_SECRET: tenant.clientSecret,
    AUTH0_WEB_CLIENT_ID: "web",
    AUTH0_WEB_CLIENT_SECRET: secret,
    SESSION_SECRET: "the-secret-of-the-cookies",
  });
  const { url } = started;
  tenant.addClient({
    client_id: "web",
    client_secret: secret,
    callbacks: [`${url}/callback`, `${url}/accounts/connected`],
    allowed_logout_urls: [url],
  });
  return { ...started, tenant };
}

test("it runs on the tenant of the environment, and prints no secret", async (t) => {
  const { child, printed, url, tenant } = await onTenantOfEnvironment(t);
  const visitor = new Visitor({ url, tenant });
  const sid = await visitor.signIn(ada);
  assert.match(await visitor.page(), /ada@example\.com/);
  await visitor.post("/sessions/sign-out", { id: SESSIONS.graceTablet });
  const ticket = redirectTarget(await visitor.post("/password"));
  const onward = redirectTarget(await visitor.post("/accounts/connect", { provider: "github" }));
  const callback = await visitor.throughTenant(onward, { as: linus });
  for (const fault of [{ status: 500 }, { status: 403 }]) {
    for (const route of CHANGES) tenant.fault(route, fault, 9);
    await visitor.post("/sessions/sign-out", { id: SESSIONS.adaIphone });
    await visitor.post("/password");
    await visitor.get(callback);
    await visitor.get("/callback?code=some-code&state=some-state&error_description=some-text");
    tenant.clearFaults();
  }
  child.kill();
  await once(child, "close");

  assert.match(printed.text, /Auth0ApiError|InsufficientScopeError/, "failures are printed");
  const { searchParams } = new URL(callback, url);
  const secrets = {
    "a session's id": [sid, SESSIONS.adaIphone, SESSIONS.graceTablet],
    "a ticket": [new URL(ticket).searchParams.get("ticket")],
    "a code or state": [searchParams.get("code"), searchParams.get("state"), "some-"],
    "a secret": [tenant.clientSecret, "the-secret-of"],
    "a token": ["eyJ"],
  };
  for (const [name, values] of Object.entries(secrets)) {
    for (const value of values) assert.ok(!printed.text.includes(value), `${name} was printed`);
  }
});
