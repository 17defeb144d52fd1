import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { api } from "../test-support/client.js";
import { contractOf } from "../test-support/openapi.js";
import { PEOPLE, SESSIONS, startTenant } from "../test-support/tenant.js";

const file = new URL("../../../shared/auth0-management-openapi.json", import.meta.url);
const skip = existsSync(file)
  ? false
  : "no ../shared/auth0-management-openapi.json, which is not part of the repository: put Auth0's OpenAPI description there";
const user = (id, rest = "") => `/users/${encodeURIComponent(id)}${rest}`;
const { ada, grace, linus, linked } = PEOPLE;

let tenant;
let call;

before(async () => {
  tenant = await startTenant({ quirks: { stringEmailVerified: false } });
  call = await api(tenant);
});
after(() => tenant.close());

/** Calls every operation, in an order in which all of them succeed. */
async function callEverything() {
  const token = tenant.refreshTokens(ada)[0].id;
  tenant.addBlock({ user_id: ada, identifier: "ada@example.com", ip: "203.0.113.1" });
  await tenant.login({ user: ada });
  const steps = [
    ...userCalls(),
    ...sessionCalls(),
    ...refreshTokenCalls(token),
    ...revocationCalls(),
    ...authenticationMethodCalls(),
    ...blockCalls(),
    ...otherCalls(),
  ];
  for (const [method, path, json] of steps) await call(method, path, { json });
}

function userCalls() {
  const connection = "Username-Password-Authentication";
  return [
    ["GET", "/users"],
    ["GET", "/users?include_totals=true&per_page=2"],
    ["GET", "/users-by-email?email=ada%40example.com&fields=email"],
    ["GET", user(ada)],
    ["GET", user(linked)],
    ["GET", user("auth0|nobody")],
    ["GET", user("nonsense")],
    ["POST", "/users", { connection, email: "n@example.com", password: "Secret-1" }],
    ["POST", "/users", { connection, email: "n@example.com", password: "Secret-1" }],
    ["POST", "/users", { x: 1 }],
    ["PATCH", user(grace), { user_metadata: { a: 1 } }],
    ["PATCH", user(grace), { blocked: true }],
    ["PATCH", user(linked), { password: "Secret-2" }],
  ];
}

function sessionCalls() {
  return [
    ["GET", user(ada, "/sessions?take=2")],
    ["GET", user("auth0|nobody", "/sessions")],
    ["GET", `/sessions/${SESSIONS.adaWindows}`],
    ["GET", "/sessions/absent"],
    ["PATCH", `/sessions/${SESSIONS.adaWindows}`, { session_metadata: { a: "b" } }],
  ];
}

function refreshTokenCalls(token) {
  return [
    ["GET", user(ada, "/refresh-tokens")],
    ["GET", `/refresh-tokens?user_id=${encodeURIComponent(ada)}`],
    ["GET", `/refresh-tokens/${token}`],
    ["GET", "/refresh-tokens/absent"],
    ["PATCH", `/refresh-tokens/${token}`, { refresh_token_metadata: { a: "b" } }],
    ["DELETE", `/refresh-tokens/${token}`],
    ["POST", "/refresh-tokens/revoke", { user_id: ada }],
  ];
}

function revocationCalls() {
  return [
    ["POST", `/sessions/${SESSIONS.adaWindows}/revoke`],
    ["DELETE", `/sessions/${SESSIONS.adaIphone}`],
    ["DELETE", user(ada, "/refresh-tokens")],
    ["DELETE", user(ada, "/sessions")],
    ["POST", user(grace, "/revoke-access"), {}],
  ];
}

function authenticationMethodCalls() {
  const totp = encodeURIComponent("totp|dev_F9T7cy0hM0IgHjwP");
  const methods = user(ada, "/authentication-methods");
  return [
    ["GET", methods],
    ["GET", `${methods}?include_totals=true`],
    ["GET", `${methods}/${totp}`],
    ["PATCH", `${methods}/${totp}`, { name: "Mine" }],
    ["POST", methods, { type: "email", email: "ada@example.com", name: "Mail" }],
    ["PUT", methods, [{ type: "phone", phone_number: "+14255550000" }]],
    ["DELETE", `${methods}/${totp}`],
    ["DELETE", methods],
    ["POST", user(ada, "/multifactor/actions/invalidate-remember-browser")],
  ];
}

function blockCalls() {
  return [
    ["GET", `/user-blocks/${encodeURIComponent(ada)}`],
    ["GET", "/user-blocks?identifier=ada%40example.com"],
    ["DELETE", `/user-blocks/${encodeURIComponent(ada)}`],
    ["DELETE", "/user-blocks?identifier=ada%40example.com"],
  ];
}

function otherCalls() {
  const github = { provider: "github", user_id: linus.split("|")[1] };
  return [
    ["GET", user(ada, "/logs")],
    ["GET", user(ada, "/logs?include_totals=true&sort=date:1")],
    ["POST", "/tickets/password-change", { user_id: ada, ttl_sec: 60 }],
    ["POST", "/tickets/email-verification", { user_id: ada }],
    ["POST", user(ada, "/identities"), github],
    ["POST", user(ada, "/identities"), github],
    ["DELETE", user(ada, `/identities/github/${github.user_id}`)],
    ["DELETE", user("auth0|nobody")],
  ];
}

test("every response matches Auth0's API description", { skip }, async () => {
  const contract = contractOf(JSON.parse(readFileSync(file, "utf8")));
  await callEverything();
  const seen = new Set();
  for (const recorded of tenant.requests.filter(({ url }) => url.startsWith("/api/v2/"))) {
    seen.add(recorded.operation);
    assert.deepEqual(contract.check(recorded), [], `${recorded.method} ${recorded.url}`);
  }
  const unseen = contract.operations.filter((operation) => !seen.has(operation));
  assert.deepEqual(unseen, []);
});

test("a response that does not match would be noticed", { skip }, async () => {
  const contract = contractOf(JSON.parse(readFileSync(file, "utf8")));
  tenant.reset();
  for (const what of [{ wrongTypes: ["user_id"] }, { status: 418 }]) {
    tenant.fault("get_session", what);
    await call("GET", `/sessions/${SESSIONS.adaWindows}`);
    assert.notDeepEqual(contract.check(tenant.requests.at(-1)), []);
  }
});
