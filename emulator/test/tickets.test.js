import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { api } from "../test-support/client.js";
import { PEOPLE, startTenant } from "../test-support/tenant.js";

let tenant;
let call;

before(async () => {
  tenant = await startTenant();
  call = await api(tenant);
});
beforeEach(() => tenant.reset());
after(() => tenant.close());

const password = (json, options) => call("POST", "/tickets/password-change", { json, ...options });

async function reset(ticket, fields) {
  const url = new URL(ticket);
  return fetch(`${url.origin}/u/reset-password`, {
    method: "POST",
    body: new URLSearchParams({ ticket: url.searchParams.get("ticket"), ...fields }),
    redirect: "manual",
  });
}

test("a password ticket opens a page once, and ends the user's sessions", async () => {
  const { status, body } = await password({ user_id: PEOPLE.ada, mark_email_as_verified: true });
  assert.equal(status, 201);
  assert.match(body.ticket, /\/u\/reset-password\?ticket=[A-Za-z0-9]{32}#$/);
  assert.match(await (await fetch(body.ticket)).text(), /Change Your Password/);
  const fresh = { password: "New-password-2", confirmation: "New-password-2" };
  const mismatch = await reset(body.ticket, { ...fresh, confirmation: "other" });
  assert.equal(mismatch.status, 400);
  assert.equal((await reset(body.ticket, fresh)).status, 200);
  assert.equal(tenant.sessions(PEOPLE.ada).length, 0);
  assert.equal(tenant.refreshTokens(PEOPLE.ada).length, 3);
  assert.equal((await reset(body.ticket, fresh)).status, 400);
  assert.ok((await tenant.login({ user: PEOPLE.ada, password: "New-password-2" })).code);
});

test("a ticket expires after ttl_sec", async () => {
  const { body } = await password({ user_id: PEOPLE.ada, ttl_sec: 60 });
  tenant.clock.advance(61_000);
  assert.equal((await fetch(body.ticket)).status, 400);
});

test("only a database identity has a password", async () => {
  const social = await password({ user_id: PEOPLE.grace });
  assert.equal(social.body.errorCode, "operation_not_supported");
  const linked = { user_id: PEOPLE.linked.slice(6), provider: "auth0" };
  assert.equal((await password({ user_id: PEOPLE.linked, identity: linked })).status, 201);
});

test("a ticket's user is given by id, or by connection and email", async () => {
  const connection_id = "con_ftSSLHb0O7rcUGmF";
  assert.equal((await password({ connection_id, email: "ada@example.com" })).status, 201);
  assert.equal((await password({ user_id: "auth0|missing" })).body.errorCode, "inexistent_user");
  const unknown = await password({ connection_id: "con_0000000000000000", email: "a@b.c" });
  assert.equal(unknown.body.errorCode, "inexistent_connection");
  for (const json of [
    {},
    { email: "ada@example.com" },
    { user_id: PEOPLE.ada, connection_id },
    { user_id: PEOPLE.ada, result_url: "javascript:alert(1)" },
    { user_id: PEOPLE.ada, ttl_sec: -1 },
    { user_id: PEOPLE.ada, include_email_in_redirect: true },
  ]) {
    assert.equal((await password(json)).body.errorCode, "invalid_body");
  }
});

test("classic pages redirect to the result URL with hints", async (t) => {
  const classic = await startTenant({ quirks: { classicLogin: true } });
  t.after(() => classic.close());
  const callClassic = await api(classic);
  const json = {
    user_id: PEOPLE.ada,
    result_url: "https://app.example.com/done?x=1",
    includeEmailInRedirect: true,
  };
  const { body } = await callClassic("POST", "/tickets/password-change", { json });
  assert.match(body.ticket, /\/lo\/reset\?ticket=/);
  const response = await reset(body.ticket, {
    password: "New-password-2",
    confirmation: "New-password-2",
  });
  const { searchParams } = new URL(response.headers.get("location"));
  assert.deepEqual(
    [searchParams.get("x"), searchParams.get("success"), searchParams.get("email")],
    ["1", "true", "ada@example.com"],
  );
});

test("a verification link verifies the identity it was made for", async () => {
  tenant.user(PEOPLE.ada).email_verified = false;
  const json = { user_id: PEOPLE.ada };
  const { body } = await call("POST", "/tickets/email-verification", { json });
  assert.equal((await fetch(body.ticket)).status, 200);
  assert.equal(tenant.user(PEOPLE.ada).email_verified, true);
});

test("older tickets stay valid, unless a quirk keeps the newest only", async (t) => {
  const fresh = { password: "New-password-2", confirmation: "New-password-2" };
  for (const [newestTicketOnly, status] of [
    [false, 200],
    [true, 400],
  ]) {
    const chosen = await startTenant({ quirks: { newestTicketOnly } });
    t.after(() => chosen.close());
    const callChosen = await api(chosen);
    const make = async (user_id, kind = "password-change") =>
      (await callChosen("POST", `/tickets/${kind}`, { json: { user_id } })).body.ticket;
    const old = await make(PEOPLE.ada);
    await make(PEOPLE.ada, "email-verification");
    await make(PEOPLE.sharedDatabase);
    assert.equal((await fetch(old)).status, 200);
    const newest = await make(PEOPLE.ada);
    assert.equal((await reset(old, fresh)).status, status);
    assert.equal((await reset(newest, fresh)).status, 200);
  }
});

test("links use the custom domain that the request asks for", async (t) => {
  const custom = await startTenant({ customDomains: ["login.example.com"] });
  t.after(() => custom.close());
  const callCustom = await api(custom);
  const make = (domain) =>
    callCustom("POST", "/tickets/password-change", {
      json: { user_id: PEOPLE.ada },
      headers: domain ? { "auth0-custom-domain": domain } : {},
    });
  assert.match((await make()).body.ticket, /^https:\/\/login\.example\.com\/u\//);
  assert.equal((await make("other.example.com")).body.errorCode, "inexistent_custom_domain");
});
