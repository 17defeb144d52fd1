// What the tenant inside this program adds to its default users: places, two devices that look alike, factors and apps.

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

export function addFactors(tenant) {
  const { clock } = tenant;
  const [authenticator] = tenant.authenticationMethods(PEOPLE.ada);
  authenticator.last_auth_at = clock.iso(-3 * DAY);
  const enrolled = (days) => ({
    user_id: PEOPLE.ada,
    confirmed: true,
    created_at: clock.iso(-days * DAY),
    enrolled_at: clock.iso(-days * DAY),
  });
  tenant.addAuthenticationMethod({
    ...enrolled(12),
    type: "passkey",
    name: "MacBook",
    last_auth_at: clock.iso(-DAY),
  });
  tenant.addAuthenticationMethod({ ...enrolled(30), type: "recovery-code" });
}

/** An application that the tenant's default users use, and which it has from the start. */
const MOBILE_APP = "Kb3Dz8mQ2xWv5LtN7yPc4RsJ9fHg6TeA";

/** Gives the tokens that the default users have devices and apps. @returns {Map<string, string>} names by client id */
export function addApps(tenant) {
  const album = tenant.addClient({ name: "Photo Album" });
  const uses = [
    [album.client_id, USER_AGENTS.chromeWindows, LINKOPING],
    [MOBILE_APP, USER_AGENTS.safariIphone, LONDON],
    [album.client_id, USER_AGENTS.edgeWindows, BOXFORD],
  ];
  for (const [index, token] of tenant.refreshTokens(PEOPLE.ada).entries()) {
    const [clientId, last_user_agent, last_ip] = uses[index];
    token.client_id = clientId;
    token.device = { last_user_agent, last_ip };
  }
  return new Map([
    [album.client_id, album.name],
    [MOBILE_APP, "Mobile App"],
    [tenant.clientId, "Example App"],
  ]);
}
