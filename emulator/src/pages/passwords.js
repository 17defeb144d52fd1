import { isEnabled } from "../store/store.js";

/** @import { Login } from "../authentication/finish.js" */
/** @import { Identity, Profile, User } from "../store/model.js" */

const MOST_PEOPLE = 6;

/**
 * A database identity that may sign in here, its user, and the password, if it has one.
 * @typedef {{ user: User, identity: Identity, secret?: string }} Account
 */

/**
 * The accounts that a person may mean by this name: linked identities have passwords, too.
 * @param {Login} login
 * @param {string} username
 * @returns {Account[]}
 */
export function accountsNamed(login, username) {
  const name = username.toLowerCase();
  return login.core.store.users.values().flatMap((user) =>
    databaseProfiles(login, user)
      .filter(({ names }) => names.includes(name))
      .map(({ identity, secret }) => ({ user, identity, secret })),
  );
}

/**
 * The database identity here with this email. Only one with a password can get a new one.
 * @param {Login} login
 * @param {string} address
 */
export function findAccount(login, address) {
  for (const user of login.core.store.users.values()) {
    const found = databaseProfiles(login, user).find(
      ({ email, secret }) => email === address.toLowerCase() && secret !== undefined,
    );
    if (found) return { user, identity: found.identity };
  }
  return undefined;
}

/**
 * The first users who can sign in here with a password, for visitors who do not know the seed.
 * @param {Login} login
 */
export function peopleWithPassword(login) {
  return login.core.store.users
    .values()
    .flatMap((user) => {
      const [profile] = databaseProfiles(login, user);
      const username = profile?.names.find((name) => name !== undefined);
      if (username === undefined || profile?.secret === undefined) return [];
      return [{ name: user.name ?? username, username, secret: profile.secret }];
    })
    .slice(0, MOST_PEOPLE);
}

/**
 * The names and the password of each identity that may sign in here with a password.
 * @param {Login} login
 * @param {User} user
 */
function databaseProfiles({ core, transaction }, user) {
  const { clients, passwords } = core.store;
  const client = clients.get(transaction.clientId);
  return user.identities.flatMap((identity, index) => {
    const { provider, connection, user_id: id } = identity;
    if (provider !== "auth0" || !isEnabled(client, connection)) return [];
    if (transaction.connection && connection !== transaction.connection) return [];
    /** @type {Profile} */
    const { email, username } = index === 0 ? user : (identity.profileData ?? {});
    const names = [email?.toLowerCase(), username?.toLowerCase()];
    return [{ identity, names, email: names[0], secret: passwords.get(`auth0|${id}`) }];
  });
}
