import { dateWithin } from "./dates.js";
import { parseLucene, patternOf, withoutEscapes } from "./lucene.js";

/** @import { Core } from "../core.js" */
/** @import { User } from "../store/model.js" */
/** @import { Condition, Value } from "./lucene.js" */

/** The search ignores the case of these fields, and of `email.domain`. */
const CASE_INSENSITIVE = /^(?:email|name|given_name|family_name|nickname|email\.domain)$/;

const DATES = new Set(["created_at", "updated_at", "last_login", "last_password_reset"]);

/** How much a wildcard at the start of a word must be followed by. */
const MIN_SUFFIX = 3;

/**
 * The users that a query asks for.
 * @param {Core} core
 * @param {string} text
 */
export const parseUserQuery = (core, text) =>
  parseLucene(text, (field, value) => compare(core, field, value));

/**
 * @param {Core} core
 * @param {string} field
 * @param {Value} value
 * @returns {Condition<User> | undefined}
 */
function compare(core, field, value) {
  if (field === "_exists_") {
    const name = withoutEscapes(value.kind === "range" ? "" : value.text);
    return name ? (user) => valuesOf(core, user, name).length > 0 : undefined;
  }
  const matches = value.kind === "range" ? isWithin(field, value) : isLike(field, value);
  return matches && ((user) => valuesOf(core, user, field).some(matches));
}

/**
 * An asterisk is the only wildcard.
 * @param {string} field
 * @param {Extract<Value, { text: string }>} value
 * @returns {Condition<unknown> | undefined}
 */
function isLike(field, { kind, text }) {
  const ignoresCase = CASE_INSENSITIVE.test(field);
  if (kind === "word") {
    if (!isAllowedPattern(field, text)) return undefined;
    const pattern = patternOf(text, ignoresCase ? "i" : "");
    return (found) => pattern.test(String(found));
  }
  const fold = (/** @type {string} */ value) => (ignoresCase ? value.toLowerCase() : value);
  return (found) => fold(String(found)) === fold(text);
}

/**
 * @param {string} field
 * @param {string} word
 */
function isAllowedPattern(field, word) {
  const bare = word.replaceAll(/\\./gs, "x");
  if (bare.includes("?")) return false;
  if (!bare.includes("*")) return true;
  if (/^user_metadata\./.test(field)) return false;
  return bare === "*" || !bare.startsWith("*") || bare.replaceAll("*", "").length >= MIN_SUFFIX;
}

/**
 * Dates and numbers have ranges, and metadata that only the tenant writes.
 * @param {string} field
 * @param {Extract<Value, { kind: "range" }>} range
 * @returns {Condition<unknown> | undefined}
 */
function isWithin(field, range) {
  if (DATES.has(field)) {
    const isDate = dateWithin(range);
    return isDate && ((found) => isDate(Date.parse(String(found))));
  }
  if (field !== "logins_count" && !field.startsWith("app_metadata.")) return undefined;
  const [from, to] = [numberOf(range.from, -Infinity), numberOf(range.to, Infinity)];
  if (Number.isNaN(from) || Number.isNaN(to)) return undefined;
  return (found) =>
    typeof found === "number" &&
    (range.open === "[" ? found >= from : found > from) &&
    (range.close === "]" ? found <= to : found < to);
}

/**
 * @param {string} text
 * @param {number} unbounded
 */
const numberOf = (text, unbounded) => (text === "*" ? unbounded : Number(text));

/**
 * The values of a field, two of which are no part of a user.
 * @param {Core} core
 * @param {User} user
 * @param {string} field
 */
function valuesOf({ store }, user, field) {
  if (field === "email.domain") return user.email?.split("@").slice(-1) ?? [];
  if (field === "organization_id") return store.organizationsOf(user.user_id);
  return valuesAt(user, field.split("."));
}

/**
 * The values at a path, through arrays.
 * @param {any} value
 * @param {string[]} path
 * @returns {unknown[]}
 */
export function valuesAt(value, [name, ...rest]) {
  if (Array.isArray(value)) return value.flatMap((item) => valuesAt(item, [name, ...rest]));
  if (name === undefined) return value === undefined || value === null ? [] : [value];
  return typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? valuesAt(value[name], rest)
    : [];
}
