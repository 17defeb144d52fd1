/**
 * A user as the library takes it. With an id, the email and the connection only describe the account.
 * @typedef {{ id?: string, email?: string, connection?: string }} User
 */

/** Longer than any id or email at Auth0. */
const MAX_LENGTH = 1024;

/** A provider and an id: no tenant has other ids of users. */
const ID = /^[^|]+\|./;
const EMAIL = /^[^|]*[^|\s]@[^|\s]+$/;

/** The names under which lists have an id and an email, among them those of this tool's own output. */
const ID_FIELDS = ["id", "user_id", "sub", "userid"];
const EMAIL_FIELDS = ["email", "useremail"];

/** Fields of lists that say who is meant, in lower case. */
export const USER_FIELDS = [...ID_FIELDS, ...EMAIL_FIELDS];

/**
 * The user that a bare text means: with `|` an id, otherwise an email.
 * @param {string} text
 * @returns {User}
 * @throws {TypeError} with what is wrong
 */
export function userFromText(text) {
  const value = checked("user", text);
  if (value === undefined) throw new TypeError("there is no user");
  if (ID.test(value)) return { id: value };
  if (EMAIL.test(value)) return { email: value };
  throw new TypeError("it is neither an id, such as auth0|63d17c6b8869daf88ed7dbb8, nor an email");
}

/**
 * The user that a record with named fields means. The case of the names does not count.
 * @param {object} record
 * @returns {User}
 * @throws {TypeError} with what is wrong
 */
export function userFromRecord(record) {
  const fields = new Map(
    Object.entries(record).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const id = only("ids", ID_FIELDS, fields);
  const email = only("emails", EMAIL_FIELDS, fields);
  const connection = checked("connection", fields.get("connection"));
  if (id !== undefined && !ID.test(id)) {
    throw new TypeError("the id has no provider, as in auth0|63d17c6b8869daf88ed7dbb8");
  }
  if (id !== undefined) return { id, ...(email !== undefined && { email }) };
  if (email === undefined) throw new TypeError("there is neither an id nor an email");
  return { email, ...(connection !== undefined && { connection }) };
}

/**
 * Identifies a user across a kill and a resume. Another spelling of an email is another user, because Auth0 looks it up as it is
 * spelled, too; the library finds out when both are the same.
 * @param {User} user
 */
export function keyOf({ id, email = "", connection = "" }) {
  return id === undefined ? `email:${email} ${connection}` : keyOfId(id);
}

/** @param {string} id */
export const keyOfId = (id) => `id:${id}`;

/**
 * @param {string} what
 * @param {string[]} names
 * @param {Map<string, unknown>} fields
 */
function only(what, names, fields) {
  const values = names.map((name) => checked(name, fields.get(name)));
  const [value, ...others] = new Set(values.filter((one) => one !== undefined));
  if (others.length === 0) return value;
  throw new TypeError(`there are different ${what}: ${[value, ...others].join(" and ")}`);
}

/**
 * @param {string} field
 * @param {unknown} value
 * @returns {string | undefined} undefined if there is none
 */
function checked(field, value) {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "string") throw new TypeError(`"${field}" is not a string`);
  const text = value.trim();
  if (text.length > MAX_LENGTH)
    throw new TypeError(`"${field}" is longer than ${MAX_LENGTH} characters`);
  if (/\p{Cc}/u.test(text)) throw new TypeError(`"${field}" contains control characters`);
  return text === "" ? undefined : text;
}
