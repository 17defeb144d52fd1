// A risk level with its reasons: the original package's score by default, and signals as a policy weighs them.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";
import { runInNewContext } from "node:vm";
import { PEOPLE } from "@archie/auth0-tenant-emulator";
import { polluted } from "../../test-support/prototype.mjs";
import { scriptedServer } from "../../test-support/scripted-server.mjs";
import { serviceFor, sharedTenant } from "../../test-support/service.mjs";

const require = createRequire(import.meta.url);
const database = require.resolve("@posthog/geoip-plugin/GeoLite2-City-Test.mmdb");
const LONDON = "81.2.69.142";
const LINKOPING = "89.160.20.112";

const tenant = await sharedTenant();
const service = serviceFor(tenant);
const located = serviceFor(tenant, { geoip: { database } });

const by = (...providers) => providers.map((provider) => ({ provider }));
const PASSWORD = by("email-password");
const some = (count) => Array.from({ length: count }, (_, index) => ({ id: `s${index}` }));
const at = (minutes) => new Date(Date.UTC(2026, 0, 31, 8, minutes));

/** The only signal of a session or account under a policy. */
function signalOf(sessions, policy, by = service) {
  const { level, score, signals } = by.explainRisk(sessions, PASSWORD, policy);
  assert.equal(score, signals[0]?.weight ?? 0);
  assert.equal(signals.length <= 1, true, JSON.stringify(signals));
  assert.equal(level, score >= 4 ? "high" : score >= 2 ? "medium" : "low");
  return signals[0];
}

test("without a policy the level is that of assessRisk, whatever the account", () => {
  const providers = ["email-password", "github", "apple", "windowslive", "google-oauth2"];
  let compared = 0;
  for (let sessions = 0; sessions <= 6; sessions += 1) {
    for (let set = 0; set < 2 ** providers.length; set += 1) {
      const methods = by(...providers.filter((_, index) => set & (2 ** index)));
      const level = service.assessRisk(some(sessions), methods);
      for (const policy of [undefined, null, {}, { signals: {}, thresholds: {} }]) {
        assert.equal(service.explainRisk(some(sessions), methods, policy).level, level);
        compared += 1;
      }
    }
  }
  assert.equal(compared, 7 * 32 * 4);
});

test("without a policy the level is that of assessRisk for everyone in a tenant", async () => {
  for (const id of Object.values(PEOPLE)) {
    const { sessions, methods } = await service.getUserSecurityDashboard(id);
    const { level, score, signals } = service.explainRisk(sessions, methods);
    assert.equal(level, service.assessRisk(sessions, methods), id);
    assert.equal(
      score,
      signals.reduce((sum, { weight }) => sum + weight, 0),
    );
  }
});

test("each reason has a sentence, the heaviest first and then by id", () => {
  const methods = by("github", "apple", "windowslive", "google-oauth2");
  assert.deepEqual(service.explainRisk(some(5), methods), {
    level: "high",
    score: 5,
    signals: [
      { id: "manySessions", weight: 2, why: "There are 5 sessions." },
      { id: "noPassword", weight: 2, why: "None of the 4 sign-in methods is a password." },
      { id: "manyMethods", weight: 1, why: "There are 4 sign-in methods." },
    ],
  });
  assert.deepEqual(service.explainRisk(some(1), PASSWORD), { level: "low", score: 0, signals: [] });
});

test("a policy changes weights and thresholds, and turns signals off", () => {
  const policy = { signals: { severalSessions: 0.5, noPassword: 0 }, thresholds: { medium: 0.5 } };
  const { level, score, signals } = service.explainRisk(some(2), by("github"), policy);
  assert.deepEqual([level, score], ["medium", 0.5]);
  assert.deepEqual(
    signals.map(({ id }) => id),
    ["severalSessions"],
  );
  const strict = { thresholds: { medium: 1, high: 1 } };
  assert.equal(service.explainRisk(some(2), PASSWORD, strict).level, "high");
});

for (const [id, session, why] of [
  [
    "networkChanged",
    { initialAsn: "3320", asn: "64496" },
    "The network of 1 session changed, from AS3320 to AS64496.",
  ],
  [
    "systemChanged",
    { initialOs: "Windows 10", os: "Mac OS X 10.15.7" },
    "The operating system of 1 session changed, from Windows to Mac OS X.",
  ],
  ["bot", { device: "Bot" }, "1 session has the user agent of a bot."],
  [
    "delegatedSession",
    { actor: { sub: "auth0|support", claims: {} } },
    "1 session is delegated: someone else acts as the user.",
  ],
]) {
  test(`${id} counts if the policy gives it a weight`, () => {
    assert.equal(signalOf([session]), undefined);
    assert.deepEqual(signalOf([session], { signals: { [id]: 2 } }), { id, weight: 2, why });
    assert.equal(signalOf([{}], { signals: { [id]: 2 } }), undefined);
  });
}

test("an updated system is no other system", () => {
  const policy = { signals: { systemChanged: 2 } };
  assert.equal(signalOf([{ initialOs: "iOS 17.1", os: "iOS 17.2.1" }], policy), undefined);
});

test("countryChanged compares where a session began with where it is", () => {
  const policy = { signals: { countryChanged: 2 } };
  const moved = { initialAddress: LONDON, address: LINKOPING };
  assert.equal(
    signalOf([moved], policy, located).why,
    "The country of 1 session changed, from United Kingdom to Sweden.",
  );
  for (const still of [
    { initialAddress: LONDON, address: LONDON },
    { initialAddress: LONDON, address: "192.0.2.1" },
    { initialAddress: "Unknown", address: LONDON },
    { address: LONDON },
  ]) {
    assert.equal(signalOf([still], policy, located), undefined);
  }
});

test("impossibleTravel needs more speed than the policy allows", () => {
  const signals = { impossibleTravel: 3, severalSessions: 0 };
  const travel = (minutes) => [
    { address: LINKOPING, lastActivityAt: at(minutes) },
    { address: LONDON, lastActivityAt: at(0) },
  ];
  const { why } = signalOf(travel(10), { signals }, located);
  assert.match(
    why,
    /^Within 10 minutes, one session was used in London, United Kingdom and another in Linköping, Sweden, at least 1\d{3} km away\.$/,
  );
  assert.equal(signalOf(travel(600), { signals }, located), undefined);
  assert.ok(signalOf(travel(600), { signals, maxSpeedKmh: 50 }, located));
  assert.equal(signalOf(travel(10), { signals, maxSpeedKmh: 100_000 }, located), undefined);
  const unknown = [{ address: LINKOPING, lastActivityAt: at(0) }, { address: LONDON }];
  assert.equal(signalOf(unknown, { signals }, located), undefined);
});

test("refreshTokenReuse counts log events about reused tokens, not about expired ones", () => {
  const signals = { refreshTokenReuse: 4 };
  const events = [
    { type: "s", date: "2026-01-31T08:00:00.000Z" },
    { type: "ferrt" },
    { type: "fertft", details: {} },
    { type: "sertft" },
    {},
  ];
  assert.deepEqual(signalOf([], { signals, events }), {
    id: "refreshTokenReuse",
    weight: 4,
    why: "A refresh token was reused, according to 1 of 5 log events.",
  });
  assert.equal(signalOf([], { signals, events: [{ type: "fertft" }] }), undefined);
  assert.equal(signalOf([], { signals, events: [{ type: "s" }] }), undefined);
  assert.equal(signalOf([], { signals, events: [] }), undefined);
});

test("a stored copy of sessions and policy is explained like the original", () => {
  const sessions = [
    { address: LINKOPING, initialAddress: LONDON, lastActivityAt: at(1), device: "Bot" },
    { address: LONDON, initialAsn: "1", asn: "2", lastActivityAt: at(0), actor: { sub: "a" } },
  ];
  const signals = { impossibleTravel: 3, countryChanged: 2, networkChanged: 1, bot: 1 };
  const policy = { signals: { ...signals, delegatedSession: 1 }, maxSpeedKmh: 900 };
  const copy = (value) => JSON.parse(JSON.stringify(value));
  const explained = located.explainRisk(sessions, PASSWORD, policy);
  assert.equal(explained.signals.length, 6);
  assert.deepEqual(located.explainRisk(copy(sessions), copy(PASSWORD), copy(policy)), explained);
  const foreign = runInNewContext("new Date(time)", { time: at(1).getTime() });
  const [first, second] = sessions;
  const ofAnotherRealm = [{ ...first, lastActivityAt: foreign }, second];
  assert.deepEqual(located.explainRisk(ofAnotherRealm, PASSWORD, policy), explained);
});

test("what Auth0 says about sessions is what signals see", async (t) => {
  const device = {
    initial_asn: "3320",
    last_asn: "64496",
    initial_user_agent: "Mozilla/5.0 (Windows NT 10.0) Chrome/120.0.0.0 Safari/537.36",
    last_user_agent: "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
  };
  const server = await scriptedServer(t, {
    api: { sessions: [{ id: "s", device, actor: { sub: "auth0|support" } }] },
  });
  const scripted = serviceFor(server);
  const sessions = await scripted.findUserSessions("auth0|a");
  const policy = { signals: { bot: 1, networkChanged: 1, delegatedSession: 1, systemChanged: 1 } };
  const { signals } = scripted.explainRisk(sessions, PASSWORD, policy);
  assert.deepEqual(
    signals.map(({ id }) => id),
    ["bot", "delegatedSession", "networkChanged"],
  );
});

test("a function as policy gets the arguments, and its result and errors are the caller's", () => {
  const sessions = some(2);
  const mine = { level: "high", score: 9, signals: [{ id: "mine", weight: 9, why: "Because." }] };
  const policy = (...seen) => {
    assert.deepEqual(seen, [sessions, PASSWORD]);
    assert.equal(seen[0], sessions);
    return mine;
  };
  assert.equal(service.explainRisk(sessions, PASSWORD, policy), mine);
  const failing = () => {
    throw new RangeError("no policy");
  };
  assert.throws(() => service.explainRisk([], [], failing), RangeError);
});

test("without a weight for it, nothing in a session is read", () => {
  const unreadable = new Array(10_000);
  assert.equal(service.explainRisk(unreadable, PASSWORD).level, "medium");
  const malformed = [{ lastActivityAt: "yesterday" }, 5];
  assert.equal(service.explainRisk(malformed, PASSWORD, { signals: { bot: 0 } }).level, "low");
});

test("inherited properties are neither facts nor weights", () => {
  const junk = { device: "Bot", actor: {}, delegatedSession: 3, type: "ferrt", medium: 0 };
  const explained = polluted(junk, () => {
    const signals = { bot: 1, refreshTokenReuse: 1 };
    return service.explainRisk([{}], PASSWORD, { signals, thresholds: {}, events: [{}] });
  });
  assert.deepEqual(explained, { level: "low", score: 0, signals: [] });
});

test("texts from Auth0 that are too long or no Unicode raise no risk and no error", () => {
  const policy = { signals: { networkChanged: 1, systemChanged: 1, bot: 1 } };
  const long = "x".repeat(5000);
  const session = { asn: long, initialAsn: "\ud800", os: long, initialOs: "Linux", device: long };
  assert.equal(signalOf([session], policy), undefined);
});
