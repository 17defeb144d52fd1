/**
 * Where Auth0's documents are silent or disagree, and what this tenant does unless told otherwise.
 */
const DEFAULTS = {
  /** 403 as recorded, or 400 as published, for a bad authorization code. */
  codeErrorStatus: 403,
  /** A bad client secret is `invalid_client` instead of `access_denied`. */
  invalidClient: false,
  /** Largest page, whatever was asked for. */
  maxPageSize: 100,
  /** A `next` cursor even when nothing is left. */
  trailingCursor: false,
  /** Session lists hold expired sessions too, so that a client must look at the dates. */
  listExpiredSessions: true,
  /** Revoking a session or access needs both of its scopes. */
  revokeNeedsBothScopes: true,
  /** `email_verified` as a string. */
  stringEmailVerified: false,
  /** Identity ids made of digits as numbers. */
  numericIdentityIds: false,
};

export function resolveQuirks(given = {}) {
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(DEFAULTS, name)) {
      throw new TypeError(`Unknown quirk "${name}". Known: ${Object.keys(DEFAULTS).join(", ")}`);
    }
  }
  return { ...DEFAULTS, ...given };
}
