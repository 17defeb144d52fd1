import { ApiError } from "../errors.js";
import { splitUserId } from "../store.js";

const MESSAGES = {
  algorithm: "Invalid token algorithm",
  signature: "Invalid token signature",
  expired: "Token expired",
  malformed: "Invalid token",
};

/**
 * The account that an ID token proves. It must be of this tenant and for the very client that the
 * calling access token was issued to.
 */
export async function secondaryFromToken(core, token, caller, request) {
  const claims = await core.tokens.verify(token).catch((fault) => {
    throw new ApiError(400, MESSAGES[fault.reason]);
  });
  if (claims.iss !== core.issuerFor(request)) throw new ApiError(400, "Invalid token issuer");
  if (claims.aud !== caller.azp) throw new ApiError(400, "Invalid token audience");
  if (typeof claims.sub !== "string" || !claims.sub.includes("|")) {
    throw new ApiError(400, "Invalid token subject");
  }
  const [provider, userId] = splitUserId(claims.sub);
  return { provider, userId };
}
