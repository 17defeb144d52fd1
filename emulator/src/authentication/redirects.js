import { defined } from "../defined.js";
import { escapeHtml } from "../html-text.js";
import { sendWebMessage } from "./web-message.js";

/** @import { Reply } from "../http.js" */

/**
 * Sends parameters to a callback, in the way that the client asked for.
 * @param {Reply} reply
 * @param {{ redirectUri: string, responseMode: string }} callback
 * @param {Record<string, string | number | undefined>} params undefined ones are omitted
 */
export function respond(reply, { redirectUri, responseMode }, params) {
  const given = defined(params);
  if (responseMode === "web_message") return sendWebMessage(reply, redirectUri, given);
  const encoded = new URLSearchParams();
  for (const [name, value] of Object.entries(given)) encoded.append(name, String(value));
  if (responseMode === "form_post") {
    return reply.type("text/html; charset=utf-8").send(form(redirectUri, encoded));
  }
  if (responseMode === "fragment") return redirectTo(reply, `${redirectUri}#${encoded}`);
  return redirectTo(reply, withQuery(redirectUri, encoded));
}

/**
 * Redirects to a URL. A header can contain only visible ASCII characters, so the others are
 * percent-encoded, as a browser would do.
 * @param {Reply} reply
 * @param {string} url
 */
export function redirectTo(reply, url) {
  // The detour through bytes replaces what UTF-8 cannot encode.
  const encode = (/** @type {string} */ part) => encodeURIComponent(String(Buffer.from(part)));
  return reply.redirect(url.replace(/[^!-~]+/g, encode));
}

/**
 * Adds parameters to a URL that may already have a query.
 * @param {string} url
 * @param {string | URLSearchParams} encoded
 */
export function withQuery(url, encoded) {
  return `${url}${url.includes("?") ? "&" : "?"}${encoded}`;
}

/**
 * @param {string} action
 * @param {URLSearchParams} fields
 */
function form(action, fields) {
  const inputs = [...fields]
    .map(
      ([name, value]) =>
        `<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(value)}">`,
    )
    .join("");
  return `<!doctype html><title>Submit</title><body onload="document.forms[0].submit()">
<form method="post" action="${escapeHtml(action)}">${inputs}<noscript><button>Continue</button></noscript></form>`;
}
