import { randomBytes } from "node:crypto";
import { PageError } from "../errors.js";
import { mayReceive, originOf } from "./origins.js";

/** @import { Reply } from "../http.js" */
/** @import { Client } from "../store/model.js" */

/**
 * Refuses a `web_message` to a page that the application does not list, before anything is sent.
 * @param {Client} client
 * @param {string} redirectUri
 */
export function checkWebOrigin(client, redirectUri) {
  const origin = originOf(redirectUri);
  if (origin !== undefined && mayReceive(client, origin)) return;
  throw new PageError(
    403,
    "Origin not allowed.",
    `response_mode=web_message needs the origin of redirect_uri in web_origins of the client ${client.client_id}, and ${origin ?? redirectUri} is not there. ${howToAllow(origin)}`,
  );
}

/** @param {string | undefined} origin */
const howToAllow = (origin) =>
  origin === undefined
    ? "Use an http or https address as redirect_uri."
    : `Add "web_origins": [${JSON.stringify(origin)}] to the client, in the seed, in addClient or in the option client.`;

/**
 * A page that posts the result to the window that opened it or that contains it, if that window is
 * the application's: the browser compares its origin.
 * @param {Reply} reply
 * @param {string} redirectUri
 * @param {Record<string, string | number>} response
 */
export function sendWebMessage(reply, redirectUri, response) {
  const origin = /** @type {string} */ (originOf(redirectUri));
  const nonce = randomBytes(16).toString("base64");
  const policy = `default-src 'none'; script-src 'nonce-${nonce}'; base-uri 'none'; form-action 'none'; frame-ancestors ${origin}`;
  return reply
    .type("text/html; charset=utf-8")
    .header("cache-control", "no-store")
    .header("referrer-policy", "no-referrer")
    .header("content-security-policy", policy)
    .send(messagePage(nonce, origin, { type: "authorization_response", response }));
}

/**
 * @param {string} nonce
 * @param {string} origin
 * @param {object} message
 */
function messagePage(nonce, origin, message) {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Signing in</title></head><body>
<script nonce="${nonce}">(window.opener || window.parent).postMessage(${literal(message)}, ${literal(origin)});</script>
</body></html>`;
}

/**
 * What such a page posts, and to which origin.
 * @param {string} html
 * @returns {{ origin: string, response: Record<string, string | number> } | undefined} nothing for another page
 */
export function readWebMessage(html) {
  const [, call] = /\.postMessage\((.*)\);<\/script>/.exec(html) ?? [];
  if (call === undefined) return undefined;
  const [{ response }, origin] = JSON.parse(`[${call}]`);
  return { origin, response };
}

/**
 * A value as JavaScript that cannot end the script element.
 * @param {unknown} value
 */
const literal = (value) => JSON.stringify(value).replaceAll("<", "\\u003c");
