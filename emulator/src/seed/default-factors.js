import { PEOPLE } from "./people.js";
import { USER_AGENTS } from "./user-agents.js";

/** @import { Clock } from "../clock.js" */

const DAY = 86_400_000;

/** @param {Clock} clock */
export function defaultFactors(clock) {
  return [...adaFactors(clock), ...dorothyFactors(clock)];
}

/** @param {Clock} clock */
function adaFactors(clock) {
  const owner = PEOPLE.ada;
  const created_at = clock.iso(-30 * DAY);
  return [
    {
      user_id: owner,
      id: "totp|dev_F9T7cy0hM0IgHjwP",
      type: "totp",
      confirmed: true,
      name: "Authenticator",
      created_at,
    },
    {
      user_id: owner,
      id: "phone|dev_kXVq4drj3Mw6uCF5",
      type: "phone",
      confirmed: true,
      name: "Phone",
      phone_number: "+14255555044",
      preferred_authentication_method: "sms",
      authentication_methods: [{ id: "sms|dev_kXVq4drj3Mw6uCF5", type: "sms" }],
      created_at,
    },
  ];
}

/**
 * A passkey, which protects the list from being deleted, and the recovery code of the other factor.
 * @param {Clock} clock
 */
function dorothyFactors(clock) {
  const user_id = PEOPLE.dorothy;
  const created_at = clock.iso(-21 * DAY);
  const enrolled = { user_id, confirmed: true, created_at, enrolled_at: created_at };
  return [
    {
      ...enrolled,
      id: "totp|dev_Qw3Rt5Yu7Io9Pa1S",
      type: "totp",
      name: "Authenticator",
      last_auth_at: clock.iso(-3 * DAY),
    },
    {
      ...enrolled,
      id: "passkey|dev_Zx2Cv4Bn6Mq8We0R",
      type: "passkey",
      name: "Pixel 8",
      ...passkey(),
      last_auth_at: clock.iso(-DAY),
    },
    { ...enrolled, id: "recovery-code|dev_Lk1Jh3Gf5Ds7Aq9W", type: "recovery-code" },
  ];
}

function passkey() {
  return {
    key_id: "Vn4mT0b2cXhJc0lQd2E5",
    public_key: "pQECAyYgASFYIBy3tNqzWl0s9yQmX7v2",
    relying_party_identifier: "login.example.com",
    identity_user_id: PEOPLE.dorothy.slice("auth0|".length),
    credential_device_type: "multi_device",
    credential_backed_up: true,
    aaguid: "ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4",
    transports: ["internal", "hybrid"],
    user_handle: "ZG9yb3RoeQ",
    user_agent: USER_AGENTS.androidPhone,
  };
}
