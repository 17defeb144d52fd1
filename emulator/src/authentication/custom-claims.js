import { OAuthError } from "../errors.js";
import { isPlain, jsonClaims } from "./json-claims.js";

/** @import { TokenEvent } from "../../index.js" */
/** @import { Core } from "../core.js" */

/** What a hook cannot set: the tenant decides it, or scopes do. */
const RESERVED = new Set(
  "iss sub aud azp exp iat nbf jti nonce auth_time sid scope gty at_hash c_hash cnf act client_id org_id org_name".split(
    " ",
  ),
);

/**
 * The claims that the option `onToken` adds to a token. An error in it fails the request, with a
 * description that says so.
 * @param {Core} core
 * @param {TokenEvent} event
 * @returns {Promise<Record<string, unknown>>}
 */
export async function customClaims({ options }, event) {
  if (!options.onToken) return {};
  try {
    const claims = (await options.onToken(structuredClone(event))) ?? {};
    if (typeof claims !== "object" || !isPlain(claims)) {
      throw new TypeError("it must return an object with claims, or nothing");
    }
    for (const name of Object.keys(claims)) {
      if (RESERVED.has(name)) throw new TypeError(`it cannot set the claim "${name}"`);
    }
    return jsonClaims(claims);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new OAuthError(500, "server_error", `The option onToken failed: ${reason}`);
  }
}
