import assert from "node:assert/strict";
import { test } from "node:test";
import { PEOPLE, startTenant } from "../test-support/tenant.js";

const HOUR = 3_600_000;

async function start(t, options) {
  const tenant = await startTenant(options);
  t.after(() => tenant.close());
  tenant.clock.freeze();
  return tenant;
}

const hours = (tenant, date) => (Date.parse(date) - tenant.clock.now()) / HOUR;

test("the session of a login lasts 72 hours unused and at most 168, and its idle expiry never exceeds its end", async (t) => {
  const tenant = await start(t);
  const browser = tenant.browser();
  await browser.authorize(tenant.authorizeUrl(), { as: PEOPLE.linus });
  const ends = () => {
    const session = tenant.sessions(PEOPLE.linus).at(-1);
    return [hours(tenant, session.idle_expires_at), hours(tenant, session.expires_at)];
  };
  assert.deepEqual(ends(), [72, 168]);
  for (let day = 0; day < 5; day++) {
    tenant.clock.advance(24 * HOUR);
    await browser.authorize(tenant.authorizeUrl({ params: { prompt: "none" } }));
  }
  assert.deepEqual(ends(), [48, 48]);
  tenant.clock.advance(49 * HOUR);
  const over = await browser.authorize(tenant.authorizeUrl({ params: { prompt: "none" } }));
  assert.equal(over.error, "login_required");
});

test("lifetimes are options, and the idle expiry of a seeded session never exceeds its end", async (t) => {
  const tenant = await start(t, { sessionIdleLifetime: 7200, sessionLifetime: 3600 });
  await tenant.login({ user: PEOPLE.linus });
  const [session] = tenant.sessions(PEOPLE.linus).slice(-1);
  assert.equal(hours(tenant, session.idle_expires_at), 1);
  const expires_at = tenant.clock.iso(HOUR);
  const row = tenant.addSession({ user_id: PEOPLE.linus, expires_at });
  assert.equal(row.idle_expires_at, expires_at);
});
