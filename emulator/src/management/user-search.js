import { ApiError } from "../errors.js";
import { offsetPage, refuseBeyondThousand } from "./pages.js";
import { offsetQuery } from "./schemas.js";
import { FIELD_LIST, presentUser } from "./users.js";

/** The fields whose case the search ignores. */
const CASELESS = new Set(["email", "name", "given_name", "family_name", "nickname"]);

const TERM = /\s*([\w.]+):(?:"((?:[^"\\]|\\.)*)"|((?:[^\s"\\]|\\.)+))(?:\s+(AND|OR)\s+|\s*$)/y;

/**
 * `field:value` and `field:"value"`, joined by AND and OR. A backslash takes the next character
 * literally, quotes take a phrase literally, and a bare value may end with `*`.
 */
function parseQuery(text) {
  const alternatives = [[]];
  let position = 0;
  for (let operator = "AND"; operator; ) {
    TERM.lastIndex = position;
    const term = TERM.exec(text);
    if (!term) {
      throw new ApiError(400, `Failed to parse query: ${text}`, { code: "invalid_query_string" });
    }
    if (operator === "OR") alternatives.push([]);
    alternatives.at(-1).push(readTerm(term));
    position = TERM.lastIndex;
    operator = term[4];
  }
  return alternatives;
}

function readTerm([, field, phrase, bare]) {
  const isPrefix = bare !== undefined && /(?:^|[^\\])(?:\\\\)*\*$/.test(bare);
  const value = phrase ?? (isPrefix ? bare.slice(0, -1) : bare);
  return { path: field.split("."), value: value.replaceAll(/\\(.)/g, "$1"), isPrefix };
}

function matches(user, { path, value, isPrefix }) {
  const fold = (text) => (CASELESS.has(path.join(".")) ? text.toLowerCase() : text);
  return valuesAt(user, path).some((found) => {
    const [a, b] = [fold(String(found)), fold(value)];
    return isPrefix ? a.startsWith(b) : a === b;
  });
}

function valuesAt(value, [name, ...rest]) {
  if (Array.isArray(value)) return value.flatMap((item) => valuesAt(item, [name, ...rest]));
  if (name === undefined) return value === undefined ? [] : [value];
  return typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? valuesAt(value[name], rest)
    : [];
}

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

function sortBy(users, sort) {
  const [field, direction] = sort.split(":");
  const key = (user) => String(valuesAt(user, field.split("."))[0] ?? "");
  users.sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0) * Number(direction));
}

/** @type {import("./operation.js").Operation[]} */
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
