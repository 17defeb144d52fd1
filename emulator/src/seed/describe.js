import { LOG_TYPES } from "../log-types.js";
import { suggest } from "../suggest.js";

/** @import { ValidationError } from "../validate.js" */

/**
 * How to correct a value that is not of its format.
 * @type {Record<string, (value: string) => string>}
 */
const FORMAT_FIXES = {
  "client-id": () => "A client id has 1 to 64 characters",
  "organization-id": () => "An id of an organization is `org_` and 16 letters or digits",
  "user-id": () => "An id names its provider: auth0|abc, google-oauth2|123, …",
  "date-time": () => "A date looks like this: 2026-01-31T12:00:00.000Z",
  email: () => "An email looks like this: ada@example.com",
  "log-type": (value) => `Use one of Auth0's event codes. ${suggest(value, LOG_TYPES)}`,
  url: () => "Use an address on the web, such as https://app.example.com/path",
  "redirect-url": () =>
    "Use a URL such as https://app.example.com/callback or com.example.app://callback, without a fragment, and with no * but in the first label of the host",
  "web-origin": () => "Use an origin on the web, such as http://localhost:5173, without a path",
};

/**
 * One problem on the line of the error, several on lines of their own.
 * @param {ValidationError[]} problems
 */
export function describeSeedErrors(problems) {
  const lines = problems.map(describeSeedError);
  return lines.length === 1 ? lines[0] : `several problems\n${lines.join("\n")}`;
}

/**
 * `users[0].email: what is wrong. How to correct it`
 * @param {ValidationError} problem
 */
export function describeSeedError(problem) {
  const { path } = problem;
  const sentences = [reasonOf(problem), fixOf(problem)].filter(Boolean).join(". ");
  const text = path.length === 0 ? sentences : `${placeOf(path)}: ${sentences}`;
  // Seeds are quoted, and messages are printed on terminals.
  return text.replace(/\p{Cc}/gu, (control) => JSON.stringify(control).slice(1, -1));
}

/**
 * A place in JSON: `users[0].email`.
 * @param {(string | number)[]} path
 */
export function placeOf(path) {
  return path.reduce((/** @type {string} */ place, key) => {
    if (typeof key === "number") return `${place}[${key}]`;
    return place === "" ? key : `${place}.${key}`;
  }, "");
}

/**
 * What is wrong, where the Management API's words for it would not be understood.
 * @param {ValidationError} problem
 */
function reasonOf({ message, keyword, format, value }) {
  if (keyword === "additionalProperties") return "unknown key";
  return format === undefined ? message : `not a valid ${format.replace("-", " ")}: ${value}`;
}

/**
 * How to correct it, where that is not obvious.
 * @param {ValidationError} problem
 * @returns {string | undefined}
 */
function fixOf({ path, fix, keyword, meaning, allowed = [], format, value }) {
  if (fix !== undefined) return fix;
  if (keyword === "additionalProperties") return suggest(String(path.at(-1)), allowed);
  if (keyword === "enum") return `Known: ${allowed.join(", ")}`;
  if (format !== undefined) return FORMAT_FIXES[format]?.(String(value));
  return keyword === "pattern" && meaning ? `It needs ${meaning}` : undefined;
}

/**
 * A problem in parts, for programs.
 * @param {ValidationError} problem
 */
export const partsOf = (problem) => ({
  key: placeOf(problem.path) || "body",
  reason: reasonOf(problem),
  fix: fixOf(problem) ?? "correct it as seed.schema.json of the package describes",
});
