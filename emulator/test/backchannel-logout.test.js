import assert from "node:assert/strict";
import { once } from "node:events";
import http from "node:http";
import { text } from "node:stream/consumers";
import { after, before, beforeEach, test } from "node:test";
import { createRemoteJWKSet, jwtVerify } from "jose";
import { api, exchange } from "../test-support/client.js";
import { PEOPLE, startTenant } from "../test-support/tenant.js";

const { ada } = PEOPLE;
const path = `/users/${encodeURIComponent(ada)}`;
let tenant;
let receiver;
let received;

before(async () => {
  tenant = await startTenant();
  receiver = http.createServer(async (request, response) => {
    const token = new URLSearchParams(await text(request)).get("logout_token");
    if (request.url === "/slow") return receiver.emit("slow", response);
    response.statusCode = request.url === "/broken" ? 500 : 200;
    response.end();
    receiver.emit("token", token);
  });
  receiver.on("token", (token) => received.push(token));
  receiver.listen(0, "127.0.0.1");
  await once(receiver, "listening");
});
beforeEach(() => {
  tenant.reset();
  received = [];
});
after(async () => {
  receiver.close();
  receiver.closeAllConnections();
  await tenant.close();
});

/** An application that wants to be told, and a browser in which somebody signed in to it. */
async function signedIn(initiators, at = "") {
  const { port } = receiver.address();
  const client = tenant.addClient({
    callbacks: ["https://app.example/cb"],
    oidc_logout: {
      backchannel_logout_urls: [`http://127.0.0.1:${port}/${at}`],
      ...(initiators && { backchannel_logout_initiators: initiators }),
    },
  });
  const { client_id: clientId, client_secret } = client;
  const login = { user: ada, clientId, redirectUri: "https://app.example/cb" };
  const { code } = await tenant.login(login);
  const form = { client_id: clientId, client_secret, redirect_uri: "https://app.example/cb" };
  const { body } = await exchange(tenant, code, form);
  const { sid } = JSON.parse(Buffer.from(body.id_token.split(".")[1], "base64url"));
  return { clientId, sid, idToken: body.id_token };
}

const nextToken = async () => (await once(receiver, "token"))[0];

const isOutcome = ({ type }) => type.startsWith("oidc_backchannel_logout_");

/** Waits for the tenant to record the outcome. */
async function outcome() {
  for (;;) {
    const found = tenant.logs().find(isOutcome);
    if (found) return found;
    await new Promise(setImmediate);
  }
}

test("a revoked session sends a signed logout token to the application", async () => {
  const { clientId, sid } = await signedIn({ mode: "all" });
  const call = await api(tenant);
  const [token] = await Promise.all([nextToken(), call("DELETE", `/sessions/${sid}`)]);
  const keys = createRemoteJWKSet(new URL(`${tenant.url}/.well-known/jwks.json`));
  const { payload, protectedHeader } = await jwtVerify(token, keys, {
    issuer: tenant.issuer,
    audience: clientId,
    typ: "logout+jwt",
  });
  assert.equal(protectedHeader.alg, "RS256");
  assert.deepEqual([payload.sub, payload.sid], [ada, sid]);
  assert.deepEqual(payload.events, { "http://schemas.openid.net/event/backchannel-logout": {} });
  assert.equal(payload.nonce, undefined);
  assert.ok(payload.jti && payload.iat && payload.exp > payload.iat);
  const { type, details, client_id } = await outcome();
  assert.equal(type, "oidc_backchannel_logout_succeeded");
  assert.equal(client_id, clientId);
  assert.equal(details.initiator, "session-revoked");
});

const endings = {
  "session-revoked": (call) => call("DELETE", `${path}/sessions`),
  "password-changed": (call) => call("PATCH", path, { json: { password: "Another-1" } }),
  "email-identifier-changed": (call) => call("PATCH", path, { json: { email: "new@x.example" } }),
  "account-deleted": (call) => call("DELETE", path),
};

for (const [initiator, end] of Object.entries(endings)) {
  test(`${initiator} ends sessions, and only applications that selected it are told`, async () => {
    const wanted = await signedIn({ mode: "custom", selected_initiators: [initiator] });
    await signedIn({ selected_initiators: ["mfa-phone-unenrolled"] });
    await signedIn();
    const call = await api(tenant);
    const [token] = await Promise.all([nextToken(), end(call)]);
    const { aud, sid } = JSON.parse(Buffer.from(token.split(".")[1], "base64url"));
    assert.deepEqual([aud, sid], [wanted.clientId, wanted.sid]);
    await outcome();
    assert.equal(received.length, 1);
  });
}

test("a logout in the browser is announced without any selection", async () => {
  const { port } = receiver.address();
  const client = tenant.addClient({
    callbacks: ["https://app.example/cb"],
    oidc_logout: { backchannel_logout_urls: [`http://127.0.0.1:${port}/`] },
  });
  const url = tenant.authorizeUrl({
    clientId: client.client_id,
    redirectUri: "https://app.example/cb",
  });
  const start = await fetch(url, { redirect: "manual" });
  const state = new URL(start.headers.get("location"), tenant.url).searchParams.get("state");
  const fields = { state, username: "ada@example.com", password: "Correct-horse-1" };
  const body = new URLSearchParams(fields);
  const login = await fetch(`${tenant.url}/u/login`, { method: "POST", body, redirect: "manual" });
  const cookie = login.headers.getSetCookie()[0].split(";")[0];
  await Promise.all([nextToken(), fetch(`${tenant.url}/v2/logout`, { headers: { cookie } })]);
  assert.equal((await outcome()).details.initiator, "rp-logout");
});

test("an application that fails is recorded, and nothing else happens", async () => {
  const { sid } = await signedIn({ mode: "all" }, "broken");
  const call = await api(tenant);
  assert.equal((await call("DELETE", `/sessions/${sid}`)).status, 202);
  const { type, description } = await outcome();
  assert.equal(type, "oidc_backchannel_logout_failed");
  assert.equal(description, "The response has status 500");
  assert.equal(tenant.session(sid), undefined);
});

test("a delivery that a reset overtakes is recorded nowhere", async () => {
  const { port } = receiver.address();
  const client = { callbacks: ["https://app.example/cb"] };
  const urls = ["slow", "", ""].map((at) => `http://127.0.0.1:${port}/${at}`);
  const { client_id: clientId } = tenant.addClient({
    ...client,
    oidc_logout: {
      backchannel_logout_urls: urls,
      backchannel_logout_initiators: { mode: "all" },
    },
  });
  await tenant.login({ user: ada, clientId, redirectUri: "https://app.example/cb" });
  const call = await api(tenant);
  const [[response]] = await Promise.all([
    once(receiver, "slow"),
    call("DELETE", `${path}/sessions`),
  ]);
  const left = once(response, "close");
  tenant.reset();
  await left;
  const { sid } = await signedIn({ mode: "all" });
  await Promise.all([nextToken(), call("DELETE", `/sessions/${sid}`)]);
  await outcome();
  assert.equal(tenant.logs().filter(isOutcome).length, 1);
  assert.equal(received.length, 1);
});

test("a logout token names the issuer that the application knows from its ID token", async (t) => {
  const custom = await startTenant({ customDomains: ["login.example.com"] });
  t.after(() => custom.close());
  const { port } = receiver.address();
  const redirectUri = "https://app.example/cb";
  const { client_id: clientId } = custom.addClient({
    callbacks: [redirectUri],
    oidc_logout: {
      backchannel_logout_urls: [`http://127.0.0.1:${port}/`],
      backchannel_logout_initiators: { mode: "all" },
    },
  });
  const url = custom.authorizeUrl({ clientId, redirectUri });
  const call = await api(custom);
  for (const origin of ["http://login.example.com", custom.origin]) {
    await custom.authorize(url.replace(custom.origin, origin), { as: ada });
    const [token] = await Promise.all([nextToken(), call("DELETE", `${path}/sessions`)]);
    const { iss } = JSON.parse(Buffer.from(token.split(".")[1], "base64url"));
    assert.equal(iss, `${origin}/`);
  }
});

test("the mode custom needs the list of initiators", () => {
  const initiators = (settings) => ({
    oidc_logout: { backchannel_logout_initiators: settings },
  });
  const problem =
    /oidc_logout\.backchannel_logout_initiators: Missing required property: selected_initiators/;
  assert.throws(() => tenant.addClient(initiators({ mode: "custom" })), problem);
  for (const settings of [
    { mode: "all" },
    {},
    { selected_initiators: [] },
    { mode: "custom", selected_initiators: ["idp-logout"] },
  ]) {
    assert.ok(tenant.addClient(initiators(settings)).client_id);
  }
});

test("a session that has expired is not announced", async () => {
  const { sid } = await signedIn({ mode: "all" });
  tenant.clock.advance(200 * 3_600_000);
  const call = await api(tenant);
  await call("DELETE", `/sessions/${sid}`);
  const live = await signedIn({ mode: "all" });
  const [token] = await Promise.all([nextToken(), call("DELETE", `/sessions/${live.sid}`)]);
  assert.equal(JSON.parse(Buffer.from(token.split(".")[1], "base64url")).sid, live.sid);
  assert.equal(received.length, 1);
});
