import { decodeProtectedHeader } from "jose/decode/protected_header";
import { peek } from "../tokens.js";

/** @import { Core } from "../core.js" */
/** @import { Claims } from "../tokens.js" */

/**
 * The claims of an ID token that this tenant issued, expired or not. Other tokens of the tenant are not
 * hints: an access token names its application in `azp`, and a logout token has a type of its own.
 * @param {Core} core
 * @param {string} hint
 * @param {{ issuer: string, clientId: string | undefined }} expected without a client id, a token for any
 *   application will do
 * @returns {Promise<Claims | undefined>} nothing if it is not such a token
 */
export async function readIdTokenHint(core, hint, { issuer, clientId }) {
  const claims = await core.tokens.verify(hint).catch(({ reason }) => {
    return reason === "expired" ? peek(hint) : undefined;
  });
  if (claims?.iss !== issuer || typeof claims.aud !== "string") return undefined;
  if (claims.azp !== undefined || decodeProtectedHeader(hint).typ !== "JWT") return undefined;
  return clientId === undefined || claims.aud === clientId ? claims : undefined;
}
