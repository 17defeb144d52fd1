// What the tenant inside this program adds to its default users: places, and two devices that look alike.

import { fileURLToPath } from "node:url";
import { PEOPLE, USER_AGENTS } from "@archie/auth0-tenant-emulator";

/** MaxMind's test database, as a package ships it. Your application needs a real one, such as GeoLite2. */
export const TEST_DATABASE = fileURLToPath(
  import.meta.resolve("@posthog/geoip-plugin/GeoLite2-City-Test.mmdb"),
);

const LONDON = "81.2.69.142";
const BOXFORD = "2.125.160.216";
const MILTON = "216.160.83.56";
const LINKOPING = "89.160.20.112";
const DAY = 86_400_000;

export function addPlaces(tenant) {
  const used = tenant.sessions(PEOPLE.ada).filter(({ device }) => device);
  for (const [index, { device }] of used.entries()) {
    device.last_ip = [LONDON, LONDON, BOXFORD, MILTON][index] ?? LONDON;
  }
  tenant.addSession({
    user_id: PEOPLE.ada,
    created_at: tenant.clock.iso(-12 * DAY),
    last_interacted_at: tenant.clock.iso(-DAY),
    device: { last_user_agent: USER_AGENTS.chromeWindows, last_ip: LINKOPING },
  });
}
