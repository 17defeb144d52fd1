import { isAllowedRedirect } from "./allow-list.js";

/** @import { Core } from "../core.js" */
/** @import { Client } from "../store/model.js" */

/**
 * The origin of a web address, which may contain a wildcard. An app's own scheme has none.
 * @param {string} url
 * @returns {string | undefined}
 */
export function originOf(url) {
  const [start] = /^https?:\/\/[^/?#]+/i.exec(url) ?? [];
  if (start === undefined || start.includes("*")) return start;
  return URL.canParse(start) ? new URL(start).origin : undefined;
}

/**
 * The origins of several addresses, each once.
 * @param {string[]} urls
 */
export const originsOf = (urls) => [...new Set(urls.flatMap((url) => originOf(url) ?? []))];

/**
 * Whether a page of this origin may read the tenant's responses: that of a callback of any
 * application, or one of its `allowed_origins`.
 * @param {Core} core
 * @param {string} origin
 */
export function mayRead({ store }, origin) {
  return store.clients
    .values()
    .some(({ callbacks, allowed_origins: others = [] }) =>
      isAllowedRedirect(originsOf([...callbacks, ...others]), origin),
    );
}

/**
 * Whether a page of this origin may receive an application's `web_message`.
 * @param {Client} client
 * @param {string} origin
 */
export function mayReceive({ web_origins: origins = [] }, origin) {
  return isAllowedRedirect(originsOf(origins), origin);
}
