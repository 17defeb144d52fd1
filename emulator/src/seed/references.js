import { suggest } from "../suggest.js";
import { error } from "./error.js";
import { NOTHING } from "./existing.js";

/** @import { Seed } from "../../index.js" */
/** @import { ValidationError } from "../validate.js" */
/** @import { Existing } from "./existing.js" */

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
 * Checks that rows refer only to users, connections and applications that exist.
 * @param {Seed} seed
 * @param {Existing} store
 * @returns {Generator<ValidationError>}
 */
export function* findDanglingReferences(seed, store) {
  yield* findUnknownConnections(seed, store);
  yield* findUnknownUsers(seed, store);
  yield* findUnknownClients(seed, store);
}

/**
 * @param {Seed} seed
 * @param {Existing} store
 */
function* findUnknownConnections(seed, store) {
  const connections = new Set((seed.connections ?? []).map(({ name }) => name));
  for (const { path, name } of namedConnections(/** @type {ConnectionReferences} */ (seed))) {
    if (connections.has(name) || store.connections.has(name)) continue;
    const known = [...connections, ...[...store.connections.values()].map((row) => row.name)];
    const fix = `Add it to the connections. ${suggest(name, known)}`;
    yield error(path, `unknown connection: ${name}`, fix);
  }
}

/**
 * @param {Seed} seed
 * @param {Existing} store
 */
function* findUnknownUsers(seed, store) {
  const users = new Set((seed.users ?? []).map(({ user_id: id }) => id));
  for (const { path, id } of namedUsers(seed)) {
    if (users.has(id) || store.users.has(id)) continue;
    const fix = "Add the user first, to the users of the seed or of the tenant.";
    yield error(path, `unknown user: ${id}`, fix);
  }
}

/**
 * The default application is known only once the tenant runs, so this is left to the start.
 * @param {Seed} seed
 * @param {Existing} store
 */
function* findUnknownClients({ clients = [], refreshTokens = [] }, store) {
  if (store === NOTHING) return;
  const existing = [...store.clients.values()];
  const known = new Set([...clients, ...existing].flatMap(({ client_id: id }) => id ?? []));
  for (const [index, { client_id: id }] of refreshTokens.entries()) {
    if (id === undefined || known.has(id)) continue;
    const fix = "Add the application first, to the clients of the seed or of the tenant.";
    const path = ["refreshTokens", index, "client_id"];
    yield error(path, `unknown application: ${id}`, `${fix} ${suggest(id, known)}`);
  }
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
