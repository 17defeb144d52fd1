import { standardConnections } from "./default.js";

const NOTHING = { users: new Set(), connections: new Set() };

/**
 * What a schema cannot say: a user given twice, and rows of a user or connection that is not there.
 * @returns {import("../validate.js").Fault | undefined}
 */
export function findLooseEnd(seed, store = NOTHING) {
  const users = new Set();
  for (const [index, { user_id: id }] of (seed.users ?? []).entries()) {
    if (users.has(id)) return fault(["users", index, "user_id"], `given twice: ${id}`);
    if (id !== undefined) users.add(id);
  }
  const names = (seed.connections ?? standardConnections()).map(({ name }) => name);
  const connections = new Set(names);
  for (const { path, name } of namedConnections(seed)) {
    if (connections.has(name) || store.connections.has(name)) continue;
    return fault(path, `unknown connection: ${name}`);
  }
  for (const table of ["sessions", "refreshTokens", "authenticationMethods", "blocks"]) {
    for (const [index, { user_id: id }] of (seed[table] ?? []).entries()) {
      if (users.has(id) || store.users.has(id)) continue;
      return fault([table, index, "user_id"], `unknown user: ${id}`);
    }
  }
}

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

const fault = (path, message) => ({ path, message, keyword: "reference" });
