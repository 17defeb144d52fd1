/**
 * A user as the library takes it. With an id, the email and the connection only describe the account.
 * @typedef {{ id?: string, email?: string, connection?: string }} User
 */

/** Longer than any id or email at Auth0. */
const MAX_LENGTH = 1024;

/** The names under which files have the id. */
const ID_KEYS = ["id", "user_id", "sub"];

/**
 * The user that a bare text means: with `|` an id, otherwise with `@` an email, otherwise an id.
 * @param {string} text
 * @returns {User}
 * @throws {TypeError} with what is wrong
 */
export function userFromText(text) {
  const value = checked("user", text);
  if (value === undefined) throw new TypeError("there is no user");
  return value.includes("@") && !value.includes("|") ? { email: value } : { id: value };
}

/**
 * The user that a record with named fields means; names are in lower case.
 * @param {Record<string, unknown>} record
 * @returns {User}
 * @throws {TypeError} with what is wrong
 */
export function userFromRecord(record) {
  const ids = ID_KEYS.map((key) => checked(key, record[key])).filter((id) => id !== undefined);
  if (new Set(ids).size > 1) throw new TypeError(`there are different ids: ${ids.join(" and ")}`);
  const [id] = ids;
  const email = checked("email", record.email);
  const connection = checked("connection", record.connection);
  if (id !== undefined) return { id, ...(email !== undefined && { email }) };
  if (email === undefined) throw new TypeError("there is neither an id nor an email");
  return { email, ...(connection !== undefined && { connection }) };
}

/**
 * Identifies a user across a kill and a resume, in the way in which the library finds duplicates: only the case of ASCII
 * letters in emails does not count.
 * @param {User} user
 */
export function keyOf({ id, email = "", connection = "" }) {
  if (id !== undefined) return keyOfId(id);
  const lowerCase = email.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  return `email:${lowerCase} ${connection}`;
}

/** @param {string} id */
export const keyOfId = (id) => `id:${id}`;

/**
 * @param {User} user
 * @returns {string}
 */
export const nameOf = ({ id, email }) => email ?? id ?? "";

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
