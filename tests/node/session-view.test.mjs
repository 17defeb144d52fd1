// How a session is returned: the fields and values of the README.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { PEOPLE, SESSIONS, USER_AGENTS } from "@archie/auth0-tenant-emulator";
import { scriptedServer } from "../../test-support/scripted-server.mjs";
import { serviceFor, sharedTenant } from "../../test-support/service.mjs";

const owner = PEOPLE.sms;

const tenant = await sharedTenant();
let service;

beforeEach(() => {
  service = serviceFor(tenant);
});

/** How a session with these fields is returned. */
async function shown({ device, ...fields }) {
  const row = tenant.addSession({ user_id: owner, ...fields });
  // Set afterwards, because the tenant refuses a device of a wrong type.
  if (device !== undefined) row.device = device;
  const [session] = await service.findUserSessions(owner);
  return session;
}

/** The object without the fields that are undefined. */
const present = (object) =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));

test("a session in Chrome on Windows has every field", async () => {
  const row = tenant.session(SESSIONS.adaWindows);
  const sessions = await service.findUserSessions(PEOPLE.ada);
  assert.deepEqual(present(sessions[0]), {
    id: SESSIONS.adaWindows,
    userId: PEOPLE.ada,
    clientId: tenant.clientId,
    clientIds: [tenant.clientId],
    createdAt: new Date(row.created_at),
    updatedAt: new Date(row.updated_at),
    authenticatedAt: new Date(row.authenticated_at),
    lastActivityAt: new Date(row.last_interacted_at),
    expiresAt: new Date(row.expires_at),
    idleExpiresAt: new Date(row.idle_expires_at),
    device: "Desktop",
    browser: "Chrome 120.0.0",
    os: "Windows 10",
    platform: "Windows 10",
    name: "Chrome 120.0.0",
    address: "203.0.113.7",
    initialAddress: "203.0.113.7",
    asn: "3320",
    initialAsn: "3320",
    initialOs: "Windows 10",
    userAgent: USER_AGENTS.chromeWindows,
    current: false,
    authenticationMethods: [{ name: "pwd", at: new Date(row.created_at) }],
  });
});

for (const [agent, device, browser, os] of [
  ["chromeWindows", "Desktop", "Chrome 120.0.0", "Windows 10"],
  ["safariIphone", "Mobile", "Mobile Safari 17.2", "iOS 17.2.1"],
  ["firefoxLinux", "Desktop", "Firefox 121.0", "Ubuntu"],
  ["androidTablet", "Tablet", "Chrome 119.0.6045", "Android 13"],
  ["androidPhone", "Mobile", "Chrome Mobile 120.0.6099", "Android 14"],
  ["edgeWindows", "Desktop", "Edge 120.0.2210", "Windows 10"],
  ["safariMac", "Desktop", "Safari 17.2.1", "Mac OS X 10.15.7"],
  ["googlebot", "Bot", "Googlebot 2.1", "Unknown"],
]) {
  test(`the user agent ${agent} is a ${device} with ${browser}`, async () => {
    const session = await shown({ device: { last_user_agent: USER_AGENTS[agent] } });
    const { device: kind, browser: name, os: system } = session;
    assert.deepEqual([kind, name, system], [device, browser, os]);
  });
}

test("the latest user agent and address are used, or else the first ones", async () => {
  const both = {
    initial_user_agent: USER_AGENTS.safariIphone,
    last_user_agent: USER_AGENTS.chromeWindows,
    initial_ip: "192.0.2.1",
    last_ip: "192.0.2.2",
  };
  const latest = await shown({ id: "latest", device: both });
  assert.deepEqual(
    [latest.browser, latest.address, latest.initialAddress],
    ["Chrome 120.0.0", "192.0.2.2", "192.0.2.1"],
  );
  tenant.reset();
  const first = { ...both, last_user_agent: null, last_ip: null };
  const { browser, address } = await shown({ id: "first", device: first });
  assert.deepEqual([browser, address], ["Mobile Safari 17.2", "192.0.2.1"]);
});

for (const [name, device] of [
  ["without a device block", undefined],
  ["with a null device block", null],
  ["with an empty device block", {}],
  ["with nulls in its device block", { last_user_agent: null, last_ip: null, initial_ip: null }],
  ["with an empty user agent", { last_user_agent: "" }],
  ["with numbers in its device block", { last_user_agent: 5, last_ip: 7 }],
  ["with text as its device block", "Chrome"],
]) {
  test(`a session ${name} is listed as Unknown`, async () => {
    const session = await shown({ device });
    const { device: kind, browser, os, platform, name: label, address } = session;
    assert.deepEqual([kind, browser, os, platform, label, address], Array(6).fill("Unknown"));
  });
}

test("session metadata is returned as text", async () => {
  const session = await shown({ session_metadata: { device_name: "Kitchen", ü: "é😀" } });
  assert.deepEqual(session.metadata, { device_name: "Kitchen", ü: "é😀" });
});

test("network and system are shown as they were when the session began", async () => {
  const device = {
    initial_asn: "3320",
    last_asn: "64496",
    initial_user_agent: USER_AGENTS.safariIphone,
    last_user_agent: USER_AGENTS.chromeWindows,
  };
  const moved = await shown({ id: "moved", device });
  assert.deepEqual(
    [moved.initialAsn, moved.asn, moved.initialOs, moved.os],
    ["3320", "64496", "iOS 17.2.1", "Windows 10"],
  );
  tenant.reset();
  const later = { last_asn: "64496", last_user_agent: USER_AGENTS.chromeWindows };
  const unknown = await shown({ id: "unknown", device: later });
  assert.deepEqual([unknown.initialAsn, unknown.initialOs], [undefined, undefined]);
});

test("what was the same when the session began is shown as well, and what was empty stays empty", async () => {
  const same = {
    initial_ip: "203.0.113.7",
    last_ip: "203.0.113.7",
    initial_asn: "64496",
    last_asn: "64496",
    initial_user_agent: USER_AGENTS.chromeWindows,
    last_user_agent: USER_AGENTS.chromeWindows,
  };
  const stayed = await shown({ id: "stayed", device: same });
  assert.deepEqual(
    [stayed.initialAddress, stayed.initialAsn, stayed.initialOs],
    ["203.0.113.7", "64496", "Windows 10"],
  );
  tenant.reset();
  const empty = { ...same, initial_ip: "", initial_asn: "" };
  const emptied = await shown({ id: "empty", device: empty });
  assert.deepEqual([emptied.initialAddress, emptied.initialAsn], ["", ""]);
});

/** The actors of sessions with these values of `actor`. */
async function actors(t, ...values) {
  const rows = values.map((actor, index) => ({ id: `s${index}`, actor }));
  const server = await scriptedServer(t, { api: { sessions: rows } });
  const sessions = await serviceFor(server).findUserSessions(owner);
  return sessions.sort((a, b) => a.id.localeCompare(b.id)).map(({ actor }) => actor);
}

test("a delegated session shows who acts, with what else the tenant recorded", async (t) => {
  const sub = "auth0|support-agent";
  assert.deepEqual(
    await actors(t, { sub }, { sub, ticket: "T-100", level: 2, urgent: false, ü: "é😀" }),
    [
      { sub, claims: {} },
      { sub, claims: { ticket: "T-100", level: 2, urgent: false, ü: "é😀" } },
    ],
  );
});

test("a malformed actor is left out, and so is a claim that is no text, number or boolean", async (t) => {
  const malformed = [null, "auth0|b", 5, true, [], ["auth0|b"], {}, { sub: null }, { sub: 5 }];
  assert.deepEqual(
    await actors(t, ...malformed),
    malformed.map(() => undefined),
  );
  const claims = { a: null, b: {}, c: [], d: "kept" };
  assert.deepEqual(await actors(t, { sub: "auth0|b", ...claims }), [
    { sub: "auth0|b", claims: { d: "kept" } },
  ]);
});

test("a session without metadata has none", async () => {
  assert.equal((await shown({ session_metadata: null })).metadata, undefined);
});

test("authentication methods are listed with their factor", async () => {
  const timestamp = "2026-01-02T03:04:05.678Z";
  const methods = [{ name: "pwd", timestamp }, { name: "mfa", type: "otp", timestamp }, {}, null];
  const session = await shown({ authentication: { methods } });
  const at = new Date(timestamp);
  assert.deepEqual(session.authenticationMethods.map(present), [
    { name: "pwd", at },
    { name: "mfa", type: "otp", at },
  ]);
});

test("the cookie mode shows whether the session is persistent", async () => {
  assert.equal((await shown({ cookie: { mode: "persistent" } })).persistent, true);
  tenant.reset();
  assert.equal((await shown({ cookie: { mode: "non-persistent" } })).persistent, false);
  tenant.reset();
  assert.equal((await shown({})).persistent, undefined);
});

test("a session with nothing but an id is listed without invented values", async () => {
  const fields = ["updated_at", "authenticated_at", "last_interacted_at", "expires_at"];
  const nulls = Object.fromEntries(fields.map((field) => [field, null]));
  const more = { idle_expires_at: null, clients: null, authentication: null, cookie: null };
  const created_at = "2026-01-01T00:00:00.000Z";
  const session = await shown({ id: "bare", created_at, ...nulls, ...more });
  assert.deepEqual(
    [session.id, session.userId, session.clientId, session.clientIds],
    ["bare", owner, "", []],
  );
  assert.deepEqual([session.createdAt, session.updatedAt], Array(2).fill(new Date(created_at)));
  assert.deepEqual([session.lastActivityAt, session.expiresAt], [undefined, undefined]);
  assert.deepEqual(session.authenticationMethods, []);
});

test("hostile text in a session is data, not an error", async () => {
  const text = "<script>alert(1)</script>\u0000\u001b[31m\u202e😀".repeat(50);
  const session = await shown({ device: { last_user_agent: text, last_ip: text } });
  assert.equal(session.userAgent, text);
  assert.equal(session.address, text);
  assert.equal(session.device, "Unknown");
});
