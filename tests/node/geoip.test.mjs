// Country and city come from MaxMind's own test database, and from no network.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { manySessions } from "@archie/auth0-tenant-emulator";
import { ConfigurationError } from "@archie/auth0-user-security";
import { configOf, runProgram } from "../../test-support/child.mjs";
import { serviceFor, tenantOf } from "../../test-support/service.mjs";

const require = createRequire(import.meta.url);
const database = require.resolve("@posthog/geoip-plugin/GeoLite2-City-Test.mmdb");
const USER = "auth0|traveller";

let directory;

before(() => {
  directory = mkdtempSync(join(tmpdir(), "geoip-"));
});
after(() => rmSync(directory, { recursive: true }));

/** The location that the user's session from this address has. */
async function placeOf(t, address, config = { geoip: { database } }) {
  const sessions = [{ user_id: USER, device: { last_ip: address } }];
  const tenant = await tenantOf(t, { seed: { users: [{ user_id: USER }], sessions } });
  const [{ country, city }] = await serviceFor(tenant, config).findUserSessions(USER);
  return { country, city };
}

for (const [address, place] of Object.entries({
  "81.2.69.142": { country: "United Kingdom", city: "London" },
  "89.160.20.112": { country: "Sweden", city: "Linköping" },
  "2001:218::1": { country: "Japan", city: undefined },
  "::ffff:81.2.69.142": { country: "United Kingdom", city: "London" },
})) {
  test(`the location of ${address} is ${place.city ?? "some city"}, ${place.country}`, async (t) => {
    assert.deepEqual(await placeOf(t, address), place);
  });
}

for (const address of ["192.0.2.1", "127.0.0.1", "10.0.0.1", "::1", "", "no address", "81.2.69"]) {
  test(`${JSON.stringify(address)} has no location`, async (t) => {
    assert.deepEqual(await placeOf(t, address), { country: undefined, city: undefined });
  });
}

test("without a database there is no location", async (t) => {
  const place = await placeOf(t, "81.2.69.142", {});
  assert.deepEqual(place, { country: undefined, city: undefined });
});

test("the dashboard shows locations too, for many sessions as for one", async (t) => {
  const sessions = manySessions(USER, 120).map((session) => ({
    ...session,
    device: { ...session.device, last_ip: "89.160.20.112" },
  }));
  const tenant = await tenantOf(t, { seed: { users: [{ user_id: USER }], sessions } });
  const dashboard = await serviceFor(tenant, { geoip: { database } }).getUserSecurityDashboard(
    USER,
  );
  assert.equal(dashboard.sessions.length, 120);
  assert.ok(dashboard.sessions.every(({ city }) => city === "Linköping"));
});

test("the file is read once, so it can be deleted afterwards", async (t) => {
  const copy = join(directory, "copy.mmdb");
  writeFileSync(copy, readFileSync(database));
  const sessions = [{ user_id: USER, device: { last_ip: "81.2.69.142" } }];
  const tenant = await tenantOf(t, { seed: { users: [{ user_id: USER }], sessions } });
  const service = serviceFor(tenant, { geoip: { database: copy } });
  rmSync(copy);
  const [session] = await service.findUserSessions(USER);
  assert.equal(session.city, "London");
});

const whole = readFileSync(database);
/** The same file with another database type in its metadata. */
const renamed = (from, to) => {
  const bytes = Buffer.from(whole);
  bytes.write(to, bytes.lastIndexOf(from), "latin1");
  return bytes;
};
const SPOILT = {
  empty: Buffer.alloc(0),
  "not a database": Buffer.from("<html>Please sign in to download</html>"),
  "cut off in its metadata": whole.subarray(0, -40),
  "cut off at its beginning": whole.subarray(whole.length - 200),
  "a database of another kind": renamed("GeoLite2-City", "GeoLite2-ASN_"),
};

for (const [name, bytes] of Object.entries(SPOILT)) {
  test(`a file that is ${name} is a configuration error`, () => {
    const path = join(directory, "spoilt.mmdb");
    writeFileSync(path, bytes);
    assertConfigurationError({ database: path });
  });
}

test("a file that is missing, or a directory, is a configuration error", () => {
  assertConfigurationError({ database: join(directory, "missing.mmdb") });
  assertConfigurationError({ database: directory });
});

for (const geoip of [{}, { database: "" }, { database: 5 }, "file.mmdb", { databse: "x" }]) {
  test(`${JSON.stringify(geoip)} is a configuration error`, () => {
    assertConfigurationError(geoip, /^geoip/);
  });
}

function assertConfigurationError(geoip, field = /^geoip\.database$/) {
  const config = { domain: "t.auth0.com", clientId: "c", clientSecret: "s" };
  assert.throws(
    () => serviceFor(config, { geoip }),
    (error) => {
      assert.ok(error instanceof ConfigurationError, String(error));
      assert.match(error.field, field);
      assert.match(error.message, new RegExp(error.field));
      assert.ok(error.hint);
      return true;
    },
  );
}

test("a corrupt file affects the location only, never the session or the process", async (t) => {
  const sessions = manySessions(USER, 60).map((session, index) => ({
    ...session,
    device: { ...session.device, last_ip: `${index * 4}.2.69.142` },
  }));
  const tenant = await tenantOf(t, { seed: { users: [{ user_id: USER }], sessions } });
  const source = `
    import { readFileSync, writeFileSync } from "node:fs";
    import { Auth0UserSecurityService } from "@archie/auth0-user-security";
    const whole = readFileSync(input.database);
    const dataEnds = whole.lastIndexOf("MaxMind.com") - 3;
    let random = 7;
    const below = (limit) => (random = (random * 48271) % 2147483647) % limit;
    let listings = 0;
    for (let round = 0; round < 40; round += 1) {
      const bytes = Buffer.from(whole);
      for (let i = 0; i < 400; i += 1) bytes[below(dataEnds)] = below(256);
      writeFileSync(input.path, bytes);
      const config = { ...input.config, geoip: { database: input.path } };
      const found = await new Auth0UserSecurityService(config).findUserSessions(input.user);
      if (found.length === 60) listings += 1;
    }
    console.log(listings);
  `;
  const path = join(directory, "damaged.mmdb");
  const input = { config: configOf(tenant), database, path, user: USER };
  const { code, stdout, stderr } = await runProgram(source, input);
  assert.deepEqual([code, stdout.trim()], [0, "40"], stderr);
});
