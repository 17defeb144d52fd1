import { error } from "./error.js";

/** @import { Seed } from "../../index.js" */
/** @import { ValidationError } from "../validate.js" */
/** @import { Existing } from "./existing.js" */

/** @typedef {{ provider: string, user_id: string | number }} IdentityKey */

/**
 * A property that no two rows of a table share.
 * @typedef {object} Unique
 * @property {Exclude<keyof Seed, "$schema">} table
 * @property {string} key
 * @property {(store: Existing, value: string) => boolean} isTaken
 */

/**
 * The property by which a table finds its rows.
 * @param {Exclude<keyof Seed, "$schema" | "blocks" | "logs">} table
 * @param {string} key
 * @returns {Unique}
 */
const byKey = (table, key) => ({ table, key, isTaken: (store, value) => store[table].has(value) });

/**
 * @param {"connections" | "organizations"} table
 * @param {"id" | "name"} key
 * @returns {Unique}
 */
const byScan = (table, key) => ({
  table,
  key,
  isTaken: (store, value) => [...store[table].values()].some((row) => row[key] === value),
});

const UNIQUE = [
  byKey("connections", "name"),
  byScan("connections", "id"),
  byKey("apis", "identifier"),
  byKey("clients", "client_id"),
  byKey("users", "user_id"),
  byKey("sessions", "id"),
  byKey("refreshTokens", "id"),
  /** @type {Unique} */ ({
    table: "refreshTokens",
    key: "token",
    isTaken: (store, token) => store.rawRefreshTokens.has(token),
  }),
  byKey("authenticationMethods", "id"),
  byKey("grants", "id"),
  byKey("deviceCredentials", "id"),
  byKey("organizations", "id"),
  byScan("organizations", "name"),
];

/**
 * What to do about rows that a reset does not remove.
 * @type {Partial<Record<Unique["table"], string>>}
 */
const OF_EVERY_TENANT = {
  apis: "The Management API cannot be replaced.",
  clients: "The default application is set with the options clientId and client.",
};

/**
 * Checks that no id is used twice, in the seed or by a row that the tenant already has: the later row would
 * silently replace the earlier one.
 * @param {Seed} seed
 * @param {Existing} store
 * @returns {Generator<ValidationError>}
 */
export function* findDuplicates(seed, store) {
  for (const { table, key, isTaken } of UNIQUE) {
    const seen = new Set();
    const rows = /** @type {Record<string, string | undefined>[]} */ (seed[table] ?? []);
    for (const [index, { [key]: value }] of rows.entries()) {
      if (value === undefined) continue;
      const path = [table, index, key];
      // A refresh token is a secret.
      const shown = key === "token" ? "this token" : value;
      if (seen.has(value)) yield error(path, `given twice: ${shown}`, `Use another ${key}.`);
      else if (isTaken(store, value)) {
        const fix = [`Use another ${key}, or reset the tenant first.`, OF_EVERY_TENANT[table]];
        yield error(path, `the tenant already has ${shown}`, fix.filter(Boolean).join(" "));
      }
      seen.add(value);
    }
  }
  yield* findSharedIdentities(seed, store);
}

/**
 * @param {Seed} seed
 * @param {Existing} store
 */
function* findSharedIdentities({ users = [] }, store) {
  if (users.length === 0) return;
  const owners = linkedIn(store);
  for (const [index, user] of users.entries()) {
    for (const [path, key] of identitiesOf(["users", index], user)) {
      const owner = owners.get(key) ?? (store.users.has(key) ? key : undefined);
      if (owner !== undefined) {
        const fix = "An account belongs to one user: name another one.";
        yield error(path, `the identity ${key} belongs to ${owner} already`, fix);
      }
      owners.set(key, user.user_id ?? `users[${index}]`);
    }
  }
}

/**
 * The owners of linked identities. Main ones are found by the id of their user.
 * @param {Existing} store
 * @returns {Map<string, string>}
 */
function linkedIn(store) {
  const owners = new Map();
  // Tests add users one by one to many, so this neither copies the table nor allocates anything per user.
  store.users.forEach(({ user_id: id, identities }) => {
    for (let index = 1; index < identities.length; index += 1) {
      owners.set(keyOf(identities[index]), id);
    }
  });
  return owners;
}

/**
 * @param {(string | number)[]} at
 * @param {import("../../index.js").SeedUser} user
 * @returns {[path: (string | number)[], key: string][]}
 */
function identitiesOf(at, { user_id: id, identities }) {
  if (identities === undefined) return id === undefined ? [] : [[[...at, "user_id"], id]];
  return /** @type {IdentityKey[]} */ (identities).map((identity, index) => [
    [...at, "identities", index],
    keyOf(identity),
  ]);
}

/** @param {IdentityKey} identity */
const keyOf = ({ provider, user_id: id }) => `${provider}|${id}`;
