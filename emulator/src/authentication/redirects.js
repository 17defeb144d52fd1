import { defined } from "../defined.js";
import { escapeHtml } from "../html-text.js";

/** @import { Reply } from "../http.js" */

/**
 * Whether a URL is in an allow-list. Entries match byte for byte, except that one `*` in the
 * left-most label of the host stands for exactly one label or a part of it.
 * @param {string[]} allowed
 * @param {string} url
 */
export function isAllowedRedirect(allowed, url) {
  return allowed.some((entry) => entry === url || matchesWildcard(entry, url));
}

/**
 * @param {string} entry
 * @param {string} url
 */
function matchesWildcard(entry, url) {
  const [, scheme, label, rest] = /^(https?:\/\/)([^/.:*]*\*[^/.:*]*)(\..+)$/.exec(entry) ?? [];
  if (!scheme || !url.startsWith(scheme) || !url.endsWith(rest)) return false;
  const [prefix, suffix] = label.split("*");
  const host = url.slice(scheme.length, url.length - rest.length);
  return (
    host.length > prefix.length + suffix.length &&
    host.startsWith(prefix) &&
    host.endsWith(suffix) &&
    /^[A-Za-z0-9-]+$/.test(host)
  );
}

/**
 * Sends parameters to a callback, in the way that the client asked for.
 * @param {Reply} reply
 * @param {{ redirectUri: string, responseMode: string }} callback
 * @param {Record<string, string | number | undefined>} params undefined ones are omitted
 */
export function respond(reply, { redirectUri, responseMode }, params) {
  const encoded = new URLSearchParams();
  for (const [name, value] of Object.entries(defined(params))) encoded.append(name, String(value));
  if (responseMode === "form_post") {
    return reply.type("text/html; charset=utf-8").send(form(redirectUri, encoded));
  }
  if (responseMode === "fragment") return reply.redirect(`${redirectUri}#${encoded}`);
  return reply.redirect(withQuery(redirectUri, encoded));
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
