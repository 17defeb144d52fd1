import { error } from "./error.js";
import { homeOf } from "./home.js";

/** @import { Seed } from "../../index.js" */
/** @import { ValidationError } from "../validate.js" */
/** @import { Existing } from "./existing.js" */

/**
 * Checks that no two users of one database connection have the same email, as Auth0 does when it creates
 * them. Databases do not distinguish upper case from lower case.
 * @param {Seed} seed
 * @param {Existing} store
 * @returns {Generator<ValidationError>}
 */
export function* findSharedEmails({ users = [] }, store) {
  /** @type {Map<string, string>} */
  const owners = new Map();
  const all = users.map((user) => ({ ...homeOf(user), email: user.email?.toLowerCase() }));
  const isNew = new Set(all.map(({ email }) => email));
  // Tests add users one by one to many, so this does nothing for a user whose email is not among the new ones.
  store.users.forEach(({ user_id: id, email, identities }) => {
    const lower = email?.toLowerCase();
    if (lower === undefined || !isNew.has(lower) || identities[0].provider !== "auth0") return;
    owners.set(keyOf(identities[0].connection, lower), id);
  });
  for (const [index, { provider, name, email }] of all.entries()) {
    if (provider !== "auth0" || email === undefined) continue;
    const owner = owners.get(keyOf(name, email));
    const place = `users[${index}]`;
    const { user_id: id } = users[index];
    if (owner === undefined) {
      owners.set(keyOf(name, email), id === undefined ? place : `${place} (${id})`);
      continue;
    }
    const fix = `In a database, an email belongs to one user: use another email or another connection than ${name}.`;
    yield error(["users", index, "email"], `${email} is the email of ${owner} already`, fix);
  }
}

/**
 * @param {string} connection
 * @param {string} email
 */
const keyOf = (connection, email) => `${connection} ${email}`;
