import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import http2 from "node:http2";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, before, test } from "node:test";
import { launch, openPage, skip } from "../test-support/browser.js";
import { PEOPLE, startTenant } from "../test-support/tenant.js";

let tenant;
let browser;
let directory;

before(async () => {
  if (skip) return;
  // First, because nothing else must run if it fails.
  browser = await launch();
  tenant = await startTenant({ https: true });
  directory = mkdtempSync(join(tmpdir(), "tenant-"));
  writeFileSync(join(directory, "ca.pem"), tenant.ca);
});
after(async () => {
  await browser?.close();
  await tenant?.close();
  if (directory) rmSync(directory, { recursive: true });
});

/** Starts the application in a process that trusts the tenant's certificate authority. */
async function startApp(t, params) {
  const child = fork(new URL("../test-support/real-clients/express-app.mjs", import.meta.url), {
    env: { PATH: process.env.PATH, NODE_EXTRA_CA_CERTS: join(directory, "ca.pem") },
  });
  t.after(() => child.disconnect());
  const [{ port }] = await once(child, "message");
  const url = `http://127.0.0.1:${port}`;
  const client = tenant.addClient({ name: "Web", callbacks: [`${url}/callback`] });
  child.send({
    clientId: client.client_id,
    clientSecret: client.client_secret,
    issuer: tenant.origin,
    params,
  });
  await once(child, "message");
  return url;
}

/** Requests a ticket over HTTP/2, trusting the tenant's certificate authority. */
async function passwordTicket(user) {
  const { body } = await post("/oauth/token", {
    grant_type: "client_credentials",
    client_id: tenant.clientId,
    client_secret: tenant.clientSecret,
    audience: tenant.audience,
  });
  const headers = { authorization: `Bearer ${body.access_token}` };
  return (await post("/api/v2/tickets/password-change", { user_id: user }, headers)).body.ticket;
}

async function post(path, json, headers = {}) {
  const session = http2.connect(tenant.url, { ca: tenant.ca });
  const stream = session.request({
    ":method": "POST",
    ":path": path,
    "content-type": "application/json",
    ...headers,
  });
  stream.end(JSON.stringify(json));
  const body = JSON.parse(await text(stream));
  session.close();
  return { body };
}

test("express-openid-connect with its defaults: a person types a password", { skip }, async (t) => {
  const url = await startApp(t);
  const page = await openPage(t, browser);
  await page.goto(url);
  await page.getByLabel("Email address").fill("ada@example.com");
  await page.getByLabel("Password").fill("wrong");
  await page.getByRole("button", { name: "Continue", exact: true }).click();
  await page.getByRole("alert").waitFor();
  await page.getByLabel("Email address").fill("ada@example.com");
  await page.getByLabel("Password").fill("Correct-horse-1");
  await page.getByRole("button", { name: "Continue", exact: true }).click();
  assert.equal(await page.locator("#who").textContent(), PEOPLE.ada);
  const session = tenant.session(await page.locator("#sid").textContent());
  assert.match(session.device.last_user_agent, /Chrome/);
});

for (const [label, account, user] of [
  ["Google", "grace@example.com", PEOPLE.grace],
  ["GitHub", "linus@example.com", PEOPLE.linus],
]) {
  test(`express-openid-connect with a code: a person clicks ${label}`, { skip }, async (t) => {
    const url = await startApp(t, { response_type: "code", scope: "openid profile email" });
    const page = await openPage(t, browser);
    await page.goto(url);
    await page.getByRole("button", { name: `Continue with ${label}` }).click();
    await page.getByRole("button", { name: account }).click();
    assert.equal(await page.locator("#who").textContent(), user);
  });
}

for (const label of ["Microsoft", "Apple"]) {
  test(`a first login with ${label} creates the user`, { skip }, async (t) => {
    const url = await startApp(t, { response_type: "code" });
    const page = await openPage(t, browser);
    await page.goto(url);
    await page.getByRole("button", { name: `Continue with ${label}` }).click();
    await page.getByLabel("Another account").fill("new@example.com");
    await page.getByRole("button", { name: "Sign in" }).click();
    const user = tenant.user(await page.locator("#who").textContent());
    assert.equal(user.email, "new@example.com");
  });
}

test("a password is reset through the ticket's page", { skip }, async (t) => {
  const ticket = await passwordTicket(PEOPLE.ada);
  const page = await openPage(t, browser);
  await page.goto(ticket);
  await page.getByLabel("New password", { exact: true }).fill("Another-horse-2");
  await page.getByLabel("Re-enter new password").fill("Another-horse-2");
  await page.getByRole("button", { name: "Reset password" }).click();
  await page.getByText("You can now login").waitFor();
  assert.equal(tenant.sessions(PEOPLE.ada).length, 0);
});
