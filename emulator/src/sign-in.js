import { checkOptions, RULES, shown } from "./check-options.js";
import { splitUserId } from "./store/store.js";

/** @import { Core } from "./core.js" */
/** @import { User } from "./store/model.js" */

const MOST_IDS = 5;

/** @type {import("./check-options.js").Rule} */
const ACTOR = [
  (actor) => typeof actor?.sub === "string" && actor.sub !== "",
  'an object with a "sub", such as { sub: "auth0|support" }',
];

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
  if (served.includes(parsed.host)) return parsed;
  throw new TypeError(
    `authorize needs a URL of this tenant, which serves ${served.join(", ")}, not ${parsed.host}`,
  );
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
    throw new Error(
      `The login page asks who signs in: name a user in "as" of authorize, or in "user" of login. ${someOf(users)}`,
    );
  }
  const user = store.users.get(id) ?? store.userByIdentity(...splitUserId(id));
  if (user) return user;
  throw new Error(`There is no user with the id ${shown(id)}. ${someOf(users)}`);
}

/** @param {User[]} users */
function someOf(users) {
  if (users.length === 0) return "The tenant has no users.";
  const ids = users.slice(0, MOST_IDS).map(({ user_id: id }) => shown(id));
  const more = users.length > MOST_IDS ? `, and ${users.length - MOST_IDS} more` : "";
  return `The tenant has ${ids.join(", ")}${more}.`;
}
