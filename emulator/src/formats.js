import { isIP } from "node:net";
import { isLogType } from "./log-types.js";

const LABEL = "[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?";
const HOST = new RegExp(`^${LABEL}(?:\\.${LABEL})*$`, "i");
/** One `*` in the left-most label, as Auth0 allows it and as the allow-lists match it. */
const WILDCARD = /^https?:\/\/[^/.:*]*\*[^/.:*]*\.[^*]+$/i;
/** Schemes that a browser runs or shows itself instead of opening an app. */
const UNSAFE = /^(?:javascript|data|vbscript|blob|about|file):/i;

/** @param {string} text */
export const isHostName = (text) => HOST.test(text);

/** @param {string} text a host name or an address, as certificates contain them */
export const isCertificateName = (text) =>
  isIP(text) > 0 || isHostName(text.startsWith("*.") ? text.slice(2) : text);

/** @param {string} text as the `Host` header names it, without the port */
export const isAddressable = (text) =>
  isHostName(text) || (/^\[.*\]$/.test(text) && isIP(text.slice(1, -1)) === 6);

/**
 * Where browsers may be sent: an address on the web, perhaps with a wildcard, or one of an app's own scheme.
 * @param {string} text
 */
export function isRedirectUrl(text) {
  if (!/^[a-z][a-z0-9+.-]*:\/[^\s#]*$/i.test(text) || !URL.canParse(text)) return false;
  if (!/^https?:/i.test(text)) return !UNSAFE.test(text);
  return /^https?:\/\//i.test(text) && (!text.includes("*") || WILDCARD.test(text));
}

/**
 * The origin of a page, perhaps with a wildcard.
 * @param {string} text
 */
export const isWebOrigin = (text) => /^https?:\/\/[^/?]+\/?$/i.test(text) && isRedirectUrl(text);

/**
 * A timestamp of a day that exists: JavaScript would take February 31st for a day in March.
 * @param {string} text
 */
export function isTimestamp(text) {
  return (
    /^\d{4}-\d\d-\d\dT/.test(text) && !Number.isNaN(Date.parse(text)) && isDay(text.slice(0, 10))
  );
}

/**
 * A date in ISO 8601, with a time or without.
 * @param {string} text
 */
export const isDate = (text) => (text.length === 10 ? isDay(text) : isTimestamp(text));

/** @param {string} text */
function isDay(text) {
  const date = new Date(text);
  if (!/^\d{4}-\d\d-\d\d$/.test(text) || Number.isNaN(date.getTime())) return false;
  return date.toISOString().startsWith(text);
}

/** @param {string} text */
const protocolOf = (text) => (URL.canParse(text) ? new URL(text).protocol : "");

/**
 * Formats of text, by the names that schemas use.
 * @type {Record<string, (value: string) => boolean>}
 */
export const FORMATS = {
  "user-id": (value) => value.length <= 300 && /^[^|]+\|./s.test(value),
  "client-id": (value) => value.length <= 64 && value !== "",
  "organization-id": (value) => /^org_[A-Za-z0-9]{16}$/.test(value),
  // Pasted addresses sometimes end with a zero-width space, which Auth0 rejects as well.
  email: (value) => /^(?:"[^"]+"|[^\s@\u200b]+)@[^\s@\u200b]+$/.test(value),
  url: (value) => /^https?:$/.test(protocolOf(value)),
  "date-time": isTimestamp,
  "log-type": isLogType,
  "redirect-url": isRedirectUrl,
  "web-origin": isWebOrigin,
};
