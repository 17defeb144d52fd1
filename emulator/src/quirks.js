/**
 * Where Auth0's documents are silent or disagree, and what this tenant does unless told otherwise.
 */
const DEFAULTS = {
  /** 403 as recorded, or 400 as published, for a bad authorization code. */
  codeErrorStatus: 403,
  /** A bad client secret is `invalid_client` instead of `access_denied`. */
  invalidClient: false,
  /** A secret counts only in the place configured for the client, body or header. */
  oneSecretMethod: false,
  /** PKCE by `plain`, which only the discovery document promises. */
  plainPkce: false,
  /** Deleting a refresh token answers 204 instead of 202. */
  deleteRefreshTokenStatus: 202,
  /** Tickets may carry `result_url` and `client_id` together. */
  resultUrlWithClientId: false,
  /** Ticket pages of Classic Universal Login, which go on to `result_url`. */
  classicLogin: false,
  /** 429 answers carry `Retry-After` too. */
  retryAfter: false,
  /** Largest page, whatever was asked for. */
  maxPageSize: 100,
  /** A `next` cursor even when nothing is left. */
  trailingCursor: false,
  /** Session lists hold expired sessions too, so that a client must look at the dates. */
  listExpiredSessions: true,
  /** Revoking a session or access needs both of its scopes. */
  revokeNeedsBothScopes: true,
  /** Linking ends the sessions and refresh tokens that the secondary account had. */
  linkEndsAccess: false,
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
