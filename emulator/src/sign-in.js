import { checkOptions, RULES, shown } from "./check-options.js";
import { isEnabled, splitUserId } from "./store/store.js";

/** @import { SignIn } from "../index.js" */
/** @import { Core } from "./core.js" */
/** @import { Identity, Profile, Transaction, User } from "./store/model.js" */

const MOST_IDS = 5;
const LOOPBACK = ["localhost", "127.0.0.1", "[::1]"];

/** @type {import("./check-options.js").Rule} */
const ACTOR = [
  (actor) => typeof actor?.sub === "string" && actor.sub !== "",
  'an object with a "sub", such as { sub: "auth0|support" }',
];

/** A person who cannot sign in, or a URL that does not begin a login. */
class SignInError extends Error {
  /**
   * @param {string} key the option that is wrong
   * @param {string} reason
   * @param {string} fix
   */
  constructor(key, reason, fix) {
    super(`${reason}. ${fix}`);
    this.refusal = { key, reason, fix };
  }
}

/** What `authorize` takes, and `login` besides the parameters of `/authorize`. */
export const SIGN_IN = {
  as: RULES.text,
  password: /** @type {import("./check-options.js").Rule} */ ([isString, "a string"]),
  deny: RULES.flag,
  actor: ACTOR,
};

/** @param {unknown} value */
function isString(value) {
  return typeof value === "string";
}

/**
 * The URL of a login, which must be one of this tenant.
 * @param {Core} core
 * @param {string | URL} url
 * @param {unknown} how
 */
export function readLoginUrl({ origin, url: address, options }, url, how) {
  checkOptions("authorize", how, SIGN_IN);
  if (!URL.canParse(String(url))) {
    throw new TypeError(
      `authorize needs an absolute URL, such as tenant.authorizeUrl(), not ${shown(url)}`,
    );
  }
  const parsed = new URL(url);
  const hosts = [...new Set([new URL(origin).host, new URL(address).host])];
  const served = [...hosts, ...options.customDomains];
  const isLoopback = LOOPBACK.includes(parsed.hostname) && parsed.port === new URL(address).port;
  if (isLoopback || served.includes(parsed.host)) return parsed;
  const reason = `authorize needs a URL of this tenant, which serves ${served.join(", ")}, not ${parsed.host}`;
  throw new SignInError("url", reason, "Take the URL from authorizeUrl or from your program.");
}

/**
 * The user who signs in, by the id of the user or of a linked identity.
 * @param {Core} core
 * @param {string | undefined} id
 * @returns {User}
 */
export function signingIn({ store }, id) {
  const users = store.users.values();
  if (id === undefined) {
    const reason = `The login page asks who signs in: name a user in "as" of authorize, or in "user" of login`;
    throw new SignInError("user", reason, someOf(users));
  }
  const user = store.users.get(id) ?? store.userByIdentity(...splitUserId(id));
  if (user) return user;
  const sameEmail = users.filter(({ email }) => email?.toLowerCase() === id.toLowerCase());
  if (sameEmail.length > 0) {
    const reason = `A user is named by an id, and ${shown(id)} is an email`;
    throw new SignInError("user", reason, idsOf(sameEmail));
  }
  throw new SignInError("user", `There is no user with the id ${shown(id)}`, someOf(users));
}

/** @param {User[]} users who share an email */
function idsOf(users) {
  const ids = users.slice(0, MOST_IDS).map(({ user_id: id }) => shown(id));
  const found = users.length === 1 ? "user with this email is" : "users with this email are";
  return `The ${found} ${ids.join(", ")}.`;
}

/**
 * What a person enters to sign in. What would only fail on a page is an error here, which says why.
 * @param {Core} core
 * @param {Transaction | undefined} transaction
 * @param {SignIn} how
 */
export function accountOf(core, transaction, { as, password, deny }) {
  const user = signingIn(core, as);
  const identity = identityOf(user, as, transaction?.connection);
  const { provider, connection } = identity;
  if (!isEnabled(core.store.clients.get(transaction?.clientId), connection)) {
    const reason = `${as} cannot sign in: the connection ${connection} is not enabled for the client ${transaction?.clientId}`;
    throw new SignInError("user", reason, "Add it to the connections of the client.");
  }
  const id = String(identity.user_id);
  const secret = password ?? core.store.passwords.get(`auth0|${id}`);
  /** @type {Profile} */
  const { email, username = email, phone_number: phone } = identity.profileData ?? user;
  const name = email ?? username ?? phone;
  if (provider === "auth0" && !deny) checkCredentials(as, name, secret);
  return { id, provider, connection, username: name ?? "", secret: secret ?? "" };
}

/**
 * The identity that `as` names, or that belongs to the connection of the login, or else the main one.
 * @param {User} user
 * @param {string | undefined} as
 * @param {string | undefined} connection that the login is for
 */
function identityOf({ user_id: userId, identities }, as, connection) {
  const named = as === userId ? undefined : splitUserId(String(as))[1];
  const candidates =
    named === undefined
      ? identities
      : identities.filter((identity) => String(identity.user_id) === named);
  const found =
    connection === undefined
      ? candidates[0]
      : candidates.find((identity) => identity.connection === connection);
  if (found) return found;
  const reason = `${as} cannot sign in: the login is for the connection ${connection}, and the user's is ${connectionsOf(candidates)}`;
  throw new SignInError(
    "connection",
    reason,
    "Leave the connection out, or name that of the user.",
  );
}

/** @param {Identity[]} identities */
const connectionsOf = (identities) => identities.map(({ connection }) => connection).join(", ");

/**
 * @param {string | undefined} as
 * @param {string | undefined} name
 * @param {string | undefined} secret
 */
function checkCredentials(as, name, secret) {
  if (name === undefined) {
    const reason = `${as} cannot sign in: the user has neither an email nor a username`;
    throw new SignInError("user", reason, "Give the user one in the seed or in addUser.");
  }
  if (secret !== undefined) return;
  const fix = 'Give the user one in the seed or in addUser, or pass "password".';
  throw new SignInError("password", `${as} cannot sign in: the tenant knows no password`, fix);
}

/** @param {User[]} users */
function someOf(users) {
  if (users.length === 0) return "The tenant has no users.";
  const ids = users.slice(0, MOST_IDS).map(({ user_id: id }) => shown(id));
  const more = users.length > MOST_IDS ? `, and ${users.length - MOST_IDS} more` : "";
  return `The tenant has ${ids.join(", ")}${more}.`;
}
