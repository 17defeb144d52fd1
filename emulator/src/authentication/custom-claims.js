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
 * What was already printed, so that a test with many logins prints it once.
 * @type {WeakMap<Core, Set<string>>}
 */
const printed = new WeakMap();

/**
 * The claims that the option `onToken` adds to a token. An error in it fails the request, with a
 * description that says so. Few clients show that description, so it is printed, too.
 * @param {Core} core
 * @param {TokenEvent} event
 * @returns {Promise<Record<string, unknown>>}
 */
export async function customClaims(core, event) {
  const { options } = core;
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
    const message = `The option onToken failed: ${reason}`;
    warnOnce(core, `${message} (kind: ${event.kind}, client: ${event.clientId})`);
    throw new OAuthError(500, "server_error", message);
  }
}

/**
 * @param {Core} core
 * @param {string} message
 */
function warnOnce(core, message) {
  const known = printed.get(core) ?? new Set();
  if (known.has(message)) return;
  printed.set(core, known.add(message));
  process.emitWarning(message.replace(/\p{Cc}/gu, " "), "TenantWarning");
}
