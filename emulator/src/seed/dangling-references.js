import { suggest } from "../suggest.js";
import { standardConnections } from "./default.js";

/** @import { Seed } from "../../index.js" */
/** @import { Api, Connection } from "../store/model.js" */
/** @import { ValidationError } from "../validate.js" */

/**
 * Users, connections and APIs that a seed may refer to without defining them.
 * @typedef {object} Existing
 * @property {Rows<unknown>} users
 * @property {Rows<Connection>} connections
 * @property {Rows<Api>} apis
 */

/**
 * @template Row
 * @typedef {object} Rows
 * @property {(key: string) => Row | undefined} get
 * @property {(key: string) => boolean} has
 * @property {() => Iterable<Row>} values
 */

/**
 * The parts of a seed that refer to connections, in the types that the schema has checked.
 * @typedef {object} ConnectionReferences
 * @property {{ connections?: string[] }[]} [clients]
 * @property {{ connection?: string, identities?: { connection: string }[] }[]} [users]
 * @property {{ connection?: string }[]} [blocks]
 */

/** The tables whose rows belong to a user. */
const OWNED = /** @type {const} */ ([
  "sessions",
  "refreshTokens",
  "authenticationMethods",
  "grants",
  "deviceCredentials",
  "blocks",
]);

/**
 * What a seed may refer to in a tenant that has not been started.
 * @type {Existing}
 */
export const NOTHING = { users: new Map(), connections: new Map(), apis: new Map() };

/**
 * Checks what a schema cannot express: no user is defined twice, and rows refer only to users and
 * connections that exist.
 * @param {Seed} seed
 * @param {Existing} store
 * @returns {ValidationError | undefined}
 */
export function findDanglingReference(seed, store) {
  const users = new Set();
  for (const [index, { user_id: id }] of (seed.users ?? []).entries()) {
    if (users.has(id)) return error(["users", index, "user_id"], `given twice: ${id}`);
    if (id !== undefined) users.add(id);
  }
  const names = (seed.connections ?? standardConnections()).map(({ name }) => name);
  const connections = new Set(names);
  for (const { path, name } of namedConnections(/** @type {ConnectionReferences} */ (seed))) {
    if (connections.has(name) || store.connections.has(name)) continue;
    const known = [...connections, ...[...store.connections.values()].map((row) => row.name)];
    const fix = `Add it to the connections. ${suggest(name, known)}`;
    return error(path, `unknown connection: ${name}. ${fix}`);
  }
  for (const { path, id } of namedUsers(seed)) {
    if (users.has(id) || store.users.has(id)) continue;
    return error(
      path,
      `unknown user: ${id}. Add the user first, to the users of the seed or with addUser.`,
    );
  }
  return undefined;
}

/**
 * Every mention of a connection.
 * @param {ConnectionReferences} references
 * @returns {Generator<{ path: (string | number)[], name: string }>}
 */
function* namedConnections({ clients = [], users = [], blocks = [] }) {
  for (const [at, { connections = [] }] of clients.entries()) {
    for (const [index, name] of connections.entries()) {
      yield { path: ["clients", at, "connections", index], name };
    }
  }
  for (const [at, { connection, identities = [] }] of users.entries()) {
    if (connection !== undefined) yield { path: ["users", at, "connection"], name: connection };
    for (const [index, { connection: name }] of identities.entries()) {
      yield { path: ["users", at, "identities", index, "connection"], name };
    }
  }
  for (const [at, { connection }] of blocks.entries()) {
    if (connection !== undefined) yield { path: ["blocks", at, "connection"], name: connection };
  }
}

/**
 * Every mention of the user that a row belongs to, or who belongs to an organization.
 * @param {Seed} seed
 * @returns {Generator<{ path: (string | number)[], id: string }>}
 */
function* namedUsers(seed) {
  for (const table of OWNED) {
    for (const [index, { user_id: id }] of (seed[table] ?? []).entries()) {
      yield { path: [table, index, "user_id"], id };
    }
  }
  for (const [at, { members = [] }] of (seed.organizations ?? []).entries()) {
    for (const [index, id] of members.entries()) {
      yield { path: ["organizations", at, "members", index], id };
    }
  }
}

/**
 * @param {(string | number)[]} path
 * @param {string} message
 */
export const error = (path, message) => ({ path, message, keyword: "reference" });
