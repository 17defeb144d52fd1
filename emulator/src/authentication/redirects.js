import { escapeHtml } from "../html-text.js";

/**
 * Is this an allowed callback? Entries match byte for byte, but for one `*` in the left-most label
 * of the host, which stands for exactly one label or a part of it.
 */
export function isAllowedRedirect(allowed, url) {
  return allowed.some((entry) => entry === url || matchesWildcard(entry, url));
}

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
 * Sends parameters to a callback in the way the client asked for.
 * @param {"query" | "fragment" | "form_post"} mode
 */
export function respond(reply, redirectUri, params, mode) {
  const present = Object.entries(params).filter(([, value]) => value !== undefined);
  if (mode === "form_post")
    return reply.type("text/html; charset=utf-8").send(form(redirectUri, present));
  const encoded = new URLSearchParams(present).toString();
  if (mode === "fragment") return reply.redirect(`${redirectUri}#${encoded}`);
  return reply.redirect(withQuery(redirectUri, encoded));
}

/** Adds to a query that may exist already. */
export function withQuery(url, encoded) {
  return `${url}${url.includes("?") ? "&" : "?"}${encoded}`;
}

function form(action, fields) {
  const inputs = fields
    .map(
      ([name, value]) =>
        `<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(value)}">`,
    )
    .join("");
  return `<!doctype html><title>Submit</title><body onload="document.forms[0].submit()">
<form method="post" action="${escapeHtml(action)}">${inputs}<noscript><button>Continue</button></noscript></form>`;
}
