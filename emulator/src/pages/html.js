import { escapeHtml } from "../html-text.js";

/** @import { Reply } from "../http.js" */

const STYLE = `:root{color-scheme:light dark;--page:#f4f4f6;--card:#fff;--text:#1e1f25;--edge:#767884;--accent:#635dff;--on:#fff;--error:#c20d15}
@media(prefers-color-scheme:dark){:root{--page:#121316;--card:#1e1f25;--text:#ececf0;--edge:#8b8d98;--accent:#aba8ff;--on:#17154a;--error:#ff9a9a}}
*{box-sizing:border-box}body{font:16px/1.5 system-ui,sans-serif;background:var(--page);color:var(--text);display:flex;flex-wrap:wrap;gap:16px;align-items:start;align-content:center;justify-content:center;min-height:100vh;margin:0;padding:16px;overflow-wrap:anywhere}
main,aside{background:var(--card);border-radius:8px;box-shadow:0 4px 22px #0002;padding:32px;width:100%;max-width:384px}
h1{font-size:22px;margin:0 0 16px}h2{font-size:17px;margin:0 0 8px}p{margin:0 0 12px}form+p{margin:12px 0 0}a{color:var(--accent)}dl{margin:0 0 20px}dt{font-weight:600}dd{margin:0 0 4px}small{display:block}label{display:block;margin:12px 0 4px}
input{width:100%;padding:10px;border:1px solid var(--edge);border-radius:4px;background:var(--card);color:inherit;font:inherit}
button,.button{display:block;width:100%;margin-top:12px;padding:10px;text-align:center;text-decoration:none;border:1px solid transparent;border-radius:4px;background:var(--accent);color:var(--on);font:inherit;cursor:pointer}a.button{color:var(--on)}
button.quiet{background:var(--card);color:inherit;border-color:var(--edge)}.error{color:var(--error)}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}`;

/**
 * A page. The only script on any page is the one that submits a `form_post`.
 * @param {string} title
 * @param {string} content
 * @param {string} [aside]
 */
export function page(title, content, aside = "") {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escapeHtml(title)}</title>
<meta name="viewport" content="width=device-width"><style>${STYLE}</style></head>
<body><main><h1>${escapeHtml(title)}</h1>${content}</main>${aside}</body></html>`;
}

/**
 * As with Auth0, no other page can show this one in a frame and have its buttons clicked.
 * @param {Reply} reply
 * @param {number} status
 * @param {string} html
 */
export function sendPage(reply, status, html) {
  return reply
    .code(status)
    .type("text/html; charset=utf-8")
    .header("cache-control", "no-store")
    .header("x-frame-options", "deny")
    .send(html);
}

/**
 * A labelled input.
 * @param {string} name
 * @param {string} label
 * @param {{ type?: string, value?: string, complete?: string, focus?: boolean }} [options]
 *   `complete` is the `autocomplete` attribute; the field with `focus` is ready for typing
 */
export const field = (name, label, { type = "text", value = "", complete = "off", focus } = {}) =>
  `<label for="${name}">${escapeHtml(label)}</label><input id="${name}" name="${name}" type="${type}" value="${escapeHtml(value)}" autocomplete="${complete}"${focus ? " autofocus" : ""}>`;

/** @param {Record<string, string>} fields */
export const hidden = (fields) =>
  Object.entries(fields)
    .map(([name, value]) => `<input type="hidden" name="${name}" value="${escapeHtml(value)}">`)
    .join("");

/**
 * @param {string} label
 * @param {{ name?: string, value?: string, quiet?: boolean, detail?: string }} [options] `detail`
 *   is a second line
 */
export const button = (label, { name = "action", value = "default", quiet, detail } = {}) =>
  `<button name="${name}" value="${escapeHtml(value)}"${quiet ? ' class="quiet"' : ""}>${escapeHtml(label)}${detail ? `<small>${escapeHtml(detail)}</small>` : ""}</button>`;

/**
 * @param {string} url
 * @param {string} label
 */
export const link = (url, label) =>
  `<a class="button" href="${escapeHtml(url)}">${escapeHtml(label)}</a>`;

/**
 * @param {string} action
 * @param {string} content
 */
export const form = (action, content) =>
  `<form method="post" action="${escapeHtml(action)}">${content}</form>`;

/** @param {string | undefined} text */
export const problem = (text) =>
  text ? `<p class="error" role="alert">${escapeHtml(text)}</p>` : "";

/**
 * A page with a message and nothing to do, except perhaps to follow a link.
 * @param {string} title
 * @param {string} detail
 * @param {string} [onward]
 */
export const messagePage = (title, detail, onward = "") =>
  page(title, `<p>${escapeHtml(detail)}</p>${onward}`);
