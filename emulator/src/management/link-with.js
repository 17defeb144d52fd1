import { ApiError } from "../errors.js";
import { splitUserId } from "../store/store.js";

/** @import { Core } from "../core.js" */
/** @import { Request } from "../http.js" */
/** @import { Claims, TokenErrorReason } from "../tokens.js" */

/** @type {Record<TokenErrorReason, string>} */
const MESSAGES = {
  algorithm: "Invalid token algorithm",
  signature: "Invalid token signature",
  expired: "Token expired",
  malformed: "Invalid token",
};

/**
 * The account that an ID token proves. This tenant must have issued it, to the same client as the
 * access token of the call.
 * @param {Core} core
 * @param {string} token
 * @param {Claims} caller
 * @param {Request} request
 */
export async function secondaryFromToken(core, token, caller, request) {
  const claims = await core.tokens.verify(token).catch(({ reason }) => {
    throw new ApiError(400, MESSAGES[/** @type {TokenErrorReason} */ (reason)]);
  });
  if (claims.iss !== core.issuerFor(request)) throw new ApiError(400, "Invalid token issuer");
  if (claims.aud !== caller.azp) throw new ApiError(400, "Invalid token audience");
  if (typeof claims.sub !== "string" || !claims.sub.includes("|")) {
    throw new ApiError(400, "Invalid token subject");
  }
  const [provider, userId] = splitUserId(claims.sub);
  return { provider, userId };
}
