import { checkValue } from "./check-options.js";
import { defined } from "./defined.js";
import { suggest } from "./suggest.js";

/** @import { Quirks } from "../index.js" */

/**
 * What the tenant does where Auth0's documentation is silent or contradicts itself.
 * @type {Quirks}
 */
const DEFAULTS = {
  /** For a bad authorization code: recordings show 403, the published API description says 400. */
  codeErrorStatus: 403,
  /** A wrong client secret gives `invalid_client` instead of `access_denied`. */
  invalidClient: false,
  /** Accepts a secret only where the client is configured to send it: in the body or the header. */
  oneSecretMethod: false,
  /** Accepts PKCE with `plain`, which only the discovery document offers. */
  plainPkce: false,
  deleteRefreshTokenStatus: 202,
  /** Tickets accept `result_url` and `client_id` together. */
  resultUrlWithClientId: false,
  /** A new ticket makes older ones of the same kind for the same user invalid, as Auth0's support says. */
  newestTicketOnly: false,
  /** Ticket pages behave as in Classic Universal Login and redirect to `result_url`. */
  classicLogin: false,
  /** Responses with status 429 carry `Retry-After`. */
  retryAfter: false,
  /** The largest page, whatever the request asks for. */
  maxPageSize: 100,
  /** Returns a `next` cursor even when nothing is left. */
  trailingCursor: false,
  /** Session lists include expired sessions, so clients must check the dates. */
  listExpiredSessions: true,
  /** Revoking a session or access needs both of its scopes. */
  revokeNeedsBothScopes: true,
  /**
   * Blocking a user ends the user's sessions, as Auth0's staff say. The API reference does not promise
   * it, so by default programs must end the sessions themselves.
   */
  blockEndsSessions: false,
  /** Linking ends the sessions and refresh tokens of the secondary account. */
  linkEndsAccess: false,
  /** Returns `email_verified` as a string. */
  stringEmailVerified: false,
  /** Returns identity ids that consist of digits as numbers. */
  numericIdentityIds: false,
};

/**
 * What a quirk may be, other than a boolean.
 * @type {Partial<Record<keyof Quirks, import("./check-options.js").Rule>>}
 */
const RULES = {
  codeErrorStatus: [(value) => value === 400 || value === 403, "400 or 403"],
  deleteRefreshTokenStatus: [(value) => value === 202 || value === 204, "202 or 204"],
  maxPageSize: [(value) => Number.isInteger(value) && value > 0, "a whole number above 0"],
};

/**
 * @param {Partial<Quirks>} [given]
 * @returns {Quirks}
 */
export function resolveQuirks(given = {}) {
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(DEFAULTS, name)) {
      const hint = suggest(name, Object.keys(DEFAULTS));
      throw new TypeError(`Unknown quirk "${name}". ${hint}`);
    }
    if (value === undefined) continue;
    const rule = RULES[/** @type {keyof Quirks} */ (name)] ?? [isBoolean, "a boolean"];
    checkValue(`The quirk "${name}"`, value, rule);
  }
  return { ...DEFAULTS, ...defined(given) };
}

/** @param {unknown} value */
function isBoolean(value) {
  return typeof value === "boolean";
}
