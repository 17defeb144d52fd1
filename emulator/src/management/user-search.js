import { ApiError } from "../errors.js";
import { offsetPage, refuseBeyondThousand } from "./pages.js";
import { offsetQuery } from "./schemas.js";
import { FIELD_LIST, presentUser } from "./users.js";

/** @import { User } from "../store/model.js" */
/** @import { Call, Operation } from "./operation.js" */

/** The search ignores the case of these fields. */
const CASE_INSENSITIVE = new Set(["email", "name", "given_name", "family_name", "nickname"]);

const TERM = /\s*([\w.]+):(?:"((?:[^"\\]|\\.)*)"|((?:[^\s"\\]|\\.)+))(?:\s+(AND|OR)\s+|\s*$)/y;

/** @typedef {{ path: string[], value: string, isPrefix: boolean }} Term */

/**
 * Parses `field:value` and `field:"value"`, joined by AND and OR. A backslash escapes the next
 * character, quotes make a phrase literal, and an unquoted value may end with `*`.
 * @param {string} text
 * @returns {Term[][]} alternatives, each a list of terms that must all match
 */
function parseQuery(text) {
  /** @type {Term[]} */
  let terms = [];
  const alternatives = [terms];
  let position = 0;
  for (let operator = "AND"; operator; ) {
    TERM.lastIndex = position;
    const match = TERM.exec(text);
    if (!match) {
      throw new ApiError(400, `Failed to parse query: ${text}`, { code: "invalid_query_string" });
    }
    if (operator === "OR") {
      terms = [];
      alternatives.push(terms);
    }
    terms.push(readTerm(match));
    position = TERM.lastIndex;
    operator = match[4];
  }
  return alternatives;
}

/** @param {(string | undefined)[]} match */
function readTerm([, field = "", phrase, bare = ""]) {
  const isPrefix = phrase === undefined && /(?:^|[^\\])(?:\\\\)*\*$/.test(bare);
  const value = phrase ?? (isPrefix ? bare.slice(0, -1) : bare);
  return { path: field.split("."), value: value.replaceAll(/\\(.)/g, "$1"), isPrefix };
}

/**
 * @param {User} user
 * @param {Term} term
 */
function matches(user, { path, value, isPrefix }) {
  const isCaseInsensitive = CASE_INSENSITIVE.has(path.join("."));
  const fold = (/** @type {string} */ text) => (isCaseInsensitive ? text.toLowerCase() : text);
  return valuesAt(user, path).some((found) => {
    const [a, b] = [fold(String(found)), fold(value)];
    return isPrefix ? a.startsWith(b) : a === b;
  });
}

/**
 * The values at a path, through arrays.
 * @param {any} value
 * @param {string[]} path
 * @returns {unknown[]}
 */
function valuesAt(value, [name, ...rest]) {
  if (Array.isArray(value)) return value.flatMap((item) => valuesAt(item, [name, ...rest]));
  if (name === undefined) return value === undefined ? [] : [value];
  return typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? valuesAt(value[name], rest)
    : [];
}

/** @param {Call} call */
function search({ core, claims, query }) {
  refuseBeyondThousand(query);
  const alternatives = query.q ? parseQuery(query.q) : [[]];
  const found = core.searchIndex
    .users()
    .filter((user) => alternatives.some((terms) => terms.every((term) => matches(user, term))));
  if (query.sort) sortBy(found, query.sort);
  const shown = found.map((user) => presentUser(core, user, claims, query));
  return offsetPage(shown, query, "users");
}

/**
 * @param {User[]} users
 * @param {string} sort `field:1` or `field:-1`
 */
function sortBy(users, sort) {
  const [field, direction] = sort.split(":");
  const key = (/** @type {User} */ user) => String(valuesAt(user, field.split("."))[0] ?? "");
  users.sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0) * Number(direction));
}

/** @type {Operation[]} */
export const userSearchOperations = [
  {
    id: "get_users",
    method: "GET",
    path: "/users",
    scopes: ["read:users"],
    query: offsetQuery({
      ...FIELD_LIST,
      sort: { type: "string", pattern: "^[a-zA-Z0-9_.]+:(1|-1)$" },
      connection: { type: "string" },
      q: { type: "string", maxLength: 4000 },
      search_engine: { type: "string", enum: ["v1", "v2", "v3"] },
      primary_order: { type: "boolean" },
    }),
    handle: search,
  },
];
