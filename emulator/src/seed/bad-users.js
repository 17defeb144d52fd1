import { brokenRule } from "../password-policy.js";
import { error } from "./error.js";
import { homeOf } from "./home.js";

/** @import { Seed, SeedConnection, SeedUser } from "../../index.js" */
/** @import { ValidationError } from "../validate.js" */
/** @import { Existing } from "./existing.js" */

/** @typedef {{ provider: string, user_id: string | number, connection: string }} SeedIdentity */

/** The connections of a seed, and those that the tenant already has. */
class Connections {
  #own;
  #store;

  /**
   * @param {Seed} seed
   * @param {Existing} store
   */
  constructor(seed, store) {
    const own = seed.connections ?? [];
    this.#own = new Map(own.map((connection) => [connection.name, connection]));
    this.#store = store;
  }

  /** @param {string} name */
  get(name) {
    return this.#own.get(name) ?? /** @type {SeedConnection} */ (this.#store.connections.get(name));
  }
}

/**
 * Checks that the id and the identities of each user fit their connections, and that passwords are as strong as it demands.
 * @param {Seed} seed
 * @param {Existing} store
 * @returns {Generator<ValidationError>} at most one for each user
 */
export function* findBadUsers(seed, store) {
  const connections = new Connections(seed, store);
  for (const [index, user] of (seed.users ?? []).entries()) {
    const at = ["users", index];
    const problem =
      badIdentity(at, user, connections) ??
      badConnection(at, user, connections) ??
      badPassword(at, user, connections);
    if (problem) yield problem;
  }
}

/**
 * The main identity comes first and is the user's own.
 * @param {(string | number)[]} at
 * @param {SeedUser} user
 * @param {Connections} connections
 */
function badIdentity(at, { user_id: id, connection, identities }, connections) {
  if (identities === undefined) return undefined;
  const all = /** @type {SeedIdentity[]} */ (identities);
  const [main] = all;
  const own = `${main.provider}|${main.user_id}`;
  if (id !== own) {
    const path = id === undefined ? at : [...at, "identities", 0, "user_id"];
    const fix = `The first identity is the user's own: name it here, or set user_id to ${own}`;
    const subject = id === undefined ? "user_id is missing" : `the user is ${id}`;
    return error(path, `${subject}, but the first identity is ${own}`, fix);
  }
  if (connection !== undefined && connection !== main.connection) {
    const fix = `Leave it out, or use that of the first identity, ${main.connection}.`;
    return error([...at, "connection"], `the first identity has another: ${connection}`, fix);
  }
  return badProvider(at, all, connections);
}

/**
 * @param {(string | number)[]} at
 * @param {SeedIdentity[]} identities
 * @param {Connections} connections
 */
function badProvider(at, identities, connections) {
  for (const [index, { provider, connection }] of identities.entries()) {
    const found = connections.get(connection);
    const strategy = found?.strategy ?? connection;
    if (strategy === provider) continue;
    const fix = `The provider of an identity in this connection is ${strategy}.`;
    const reason = `${provider} does not fit the connection ${connection}`;
    return error([...at, "identities", index, "provider"], reason, fix);
  }
  return undefined;
}

/**
 * @param {(string | number)[]} at
 * @param {SeedUser} user
 * @param {Connections} connections
 */
function badConnection(at, user, connections) {
  const { provider, name } = homeOf(user);
  const { user_id: id } = user;
  const [path, subject] =
    id === undefined ? [[...at, "connection"], "a user without user_id"] : [[...at, "user_id"], id];
  const found = connections.get(name);
  if (!found) {
    const fix = `Add a connection with this name, or name the one of this user in "connection".`;
    return error(path, `there is no connection ${name} for ${subject}`, fix);
  }
  const strategy = found.strategy ?? found.name;
  if (strategy === provider) return undefined;
  const fix = `Ids in the connection ${name} begin with ${strategy}|.`;
  return error(path, `${subject} does not fit this connection`, fix);
}

/**
 * @param {(string | number)[]} at
 * @param {SeedUser} user
 * @param {Connections} connections
 */
function badPassword(at, user, connections) {
  const { password } = user;
  if (password === undefined) return undefined;
  const { provider, name } = homeOf(user);
  const path = [...at, "password"];
  if (provider !== "auth0") {
    const fix = "Remove it: the ids of such users begin with auth0|";
    return error(path, "only users of a database have a password", fix);
  }
  const rule = brokenRule(connections.get(name), password);
  if (!rule) return undefined;
  const fix = `Choose a stronger one, or set options.passwordPolicy of the connection ${name}.`;
  return error(path, `too weak. It needs ${rule}`, fix);
}
