import { EXAMPLE_API, MOBILE_APP } from "./applications.js";
import { PEOPLE } from "./people.js";
import { USER_AGENTS } from "./user-agents.js";

/** @import { SeedDeviceCredential, SeedGrant } from "../../index.js" */

/**
 * One for the default application and one for the other.
 * @returns {SeedGrant[]}
 */
export function defaultGrants() {
  const grant = {
    user_id: PEOPLE.dorothy,
    audience: EXAMPLE_API,
    scope: ["openid", "profile", "offline_access", "read:items"],
  };
  return [grant, { ...grant, clientID: MOBILE_APP.client_id }];
}

/** @returns {SeedDeviceCredential[]} */
export function defaultDeviceCredentials() {
  return [
    {
      user_id: PEOPLE.dorothy,
      client_id: MOBILE_APP.client_id,
      type: "public_key",
      device_name: USER_AGENTS.androidPhone,
      device_id: "pixel-8-dorothy",
    },
  ];
}
