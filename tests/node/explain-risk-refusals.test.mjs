// Policies and sessions that explainRisk refuses, each with an error that names what to change.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { serviceFor } from "../../test-support/service.mjs";

const require = createRequire(import.meta.url);
const database = require.resolve("@posthog/geoip-plugin/GeoLite2-City-Test.mmdb");
const CONFIG = { domain: "tenant.eu.auth0.com", clientId: "client", clientSecret: "secret" };
const service = serviceFor(CONFIG);

for (const id of ["countryChanged", "impossibleTravel"]) {
  test(`${id} without a GeoIP database is a configuration error, unless it is off`, () => {
    const explain = (weight) => service.explainRisk([], [], { signals: { [id]: weight } });
    const message = new RegExp(
      `^geoip\\.database is not set, but policy\\.signals\\.${id} needs it`,
    );
    assert.throws(() => explain(1), { name: "ConfigurationError", message });
    assert.equal(explain(0).level, "medium");
  });
}

test("a database of countries has no coordinates, which impossibleTravel needs", () => {
  const bytes = readFileSync(database);
  bytes.write("Lite2-Country", bytes.lastIndexOf("GeoLite2-City"), "latin1");
  const directory = mkdtempSync(join(tmpdir(), "explain-risk-"));
  const path = join(directory, "countries.mmdb");
  writeFileSync(path, bytes);
  const countries = serviceFor(CONFIG, { geoip: { database: path } });
  rmSync(directory, { recursive: true });
  const explain = (id) => countries.explainRisk([], [], { signals: { [id]: 1 } });
  assert.equal(explain("countryChanged").level, "medium");
  assert.throws(() => explain("impossibleTravel"), {
    name: "ConfigurationError",
    field: "geoip.database",
    message:
      /^geoip\.database has no coordinates, but policy\.signals\.impossibleTravel needs them/,
  });
});

const bots = { signals: { bot: 1 } };
const reuse = { refreshTokenReuse: 1 };
for (const [name, code, message, ...args] of [
  ["nothing", "TYPE", /^sessions must be an array/],
  ["invalid methods", "TYPE", /^methods\[\]\.provider must be an own property/, [], [{}]],
  ["10,001 sessions", "VALUE", /^sessions has 10,001 items/, new Array(10_001), []],
  ["a policy that is a string", "TYPE", /^policy must be an object or a function/, [], [], "x"],
  ...[[], [{ signals: {} }]].map((policy) => [
    `a policy that is an array of ${policy.length}`,
    "TYPE",
    /^policy must not be an array\. Pass \{ signals, thresholds, events, maxSpeedKmh \}, or parts of it\.$/,
    [],
    [],
    policy,
  ]),
  [
    "an array of signals",
    "TYPE",
    /^policy\.signals must not be an array\. Pass the weight of each signal by its id, such as \{ bot: 2 \}\.$/,
    [],
    [],
    { signals: ["bot"] },
  ],
  [
    "an array of thresholds",
    "TYPE",
    /^policy\.thresholds must not be an array\. Pass \{ medium, high \}, or parts of it\.$/,
    [],
    [],
    { thresholds: [] },
  ],
  [
    "an unknown signal",
    "VALUE",
    /^policy\.signals\.vpn is not a known signal\. Use one of: bot, countryChanged, delegatedSession, /,
    [],
    [],
    { signals: { vpn: 1 } },
  ],
  ...[-1, Number.NaN, Number.POSITIVE_INFINITY].map((weight) => [
    `the weight ${weight}`,
    "VALUE",
    /^policy\.signals\.bot must be a number from 0 to 1000000: 0 turns the signal off\.$/,
    [],
    [],
    { signals: { bot: weight } },
  ]),
  ...["1", null, true].map((weight) => [
    `the weight ${JSON.stringify(weight)}`,
    "TYPE",
    /^policy\.signals\.bot must be a number, but is of type/,
    [],
    [],
    { signals: { bot: weight } },
  ]),
  [
    "thresholds out of order",
    "VALUE",
    /^policy\.thresholds\.medium must not be above policy\.thresholds\.high, but they are 5 and 4\./,
    [],
    [],
    { thresholds: { medium: 5 } },
  ],
  [
    "a threshold that is NaN",
    "VALUE",
    /^policy\.thresholds\.high must be a number from 0 /,
    [],
    [],
    { thresholds: { high: Number.NaN } },
  ],
  [
    "an unknown threshold",
    "VALUE",
    /^policy\.thresholds\.low is not a known property\. Known: medium, high\.$/,
    [],
    [],
    { thresholds: { low: 1 } },
  ],
  [
    "an unknown property",
    "VALUE",
    /^policy\.weights is not a known property\. Known: signals, thresholds, events, maxSpeedKmh\.$/,
    [],
    [],
    { weights: {} },
  ],
  ["events without a weight", "VALUE", /^policy\.events has no effect/, [], [], { events: [] }],
  ["reuse without events", "VALUE", /needs policy\.events/, [], [], { signals: reuse }],
  [
    "10,001 events",
    "VALUE",
    /^policy\.events has 10,001 items/,
    [],
    [],
    { signals: reuse, events: new Array(10_001) },
  ],
  [
    "an event that is a string",
    "TYPE",
    /^policy\.events\[\] must be an object/,
    [],
    [],
    { signals: reuse, events: ["ferrt"] },
  ],
  [
    "a speed without travel",
    "VALUE",
    /^policy\.maxSpeedKmh has no effect/,
    [],
    [],
    { maxSpeedKmh: 9 },
  ],
  ["a session that is none", "TYPE", /^sessions\[\] must be an object/, [5], [], bots],
  ["a hole", "TYPE", /^sessions must be an array without holes/, new Array(1), [], bots],
  [
    "a device that is a number",
    "TYPE",
    /^sessions\[\]\.device must be a string/,
    [{ device: 5 }],
    [],
    bots,
  ],
  ...["yesterday", "2026-01-31", "2026-01-31T08:00:00", new Date(Number.NaN), {}].map((date) => [
    `the date ${JSON.stringify(date)}`,
    "VALUE",
    /^sessions\[\]\.lastActivityAt must be a valid Date, or a date in ISO 8601 with a time zone/,
    [{ lastActivityAt: date }],
    [],
    bots,
  ]),
  [
    "a date in milliseconds",
    "TYPE",
    /^sessions\[\]\.lastActivityAt must be a Date or a string/,
    [{ lastActivityAt: 5 }],
    [],
    bots,
  ],
]) {
  test(`${name} is refused, and the error names what to change`, () => {
    const error = { name: "TypeError", code: `ERR_INVALID_ARG_${code}`, message };
    assert.throws(() => service.explainRisk(...args), error);
  });
}
