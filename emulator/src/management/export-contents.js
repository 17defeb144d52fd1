import { gzipSync } from "node:zlib";
import { presentUser } from "./users.js";

/** @import { Core } from "../core.js" */
/** @import { ExportField, ExportJob, User } from "../store/model.js" */

/**
 * What a job without fields exports. Auth0 does not publish its own list.
 * @type {ExportField[]}
 */
const DEFAULT_FIELDS = [
  "user_id",
  "email",
  "email_verified",
  "username",
  "phone_number",
  "name",
  "given_name",
  "family_name",
  "nickname",
  "picture",
  "created_at",
  "updated_at",
].map((name) => ({ name }));

/**
 * The file of a job: one user a line, compressed.
 * @param {Core} core
 * @param {ExportJob} job
 */
export function exportContents(core, { connection, format, limit, fields = DEFAULT_FIELDS }) {
  const users = core.store.users.values().filter((user) => isOf(user, connection));
  // Without a scope, no export contains the tokens of identity providers.
  const rows = users.slice(0, limit).map((user) => {
    const shown = presentUser(core, user, {});
    return fields.map(({ name }) => valueAt(shown, name));
  });
  const titles = fields.map(({ name, export_as: title = name }) => title);
  const lines = format === "csv" ? csvLines(titles, rows) : jsonLines(titles, rows);
  return gzipSync(lines.map((line) => `${line}\n`).join(""));
}

/**
 * @param {User} user
 * @param {string} [connection]
 */
function isOf({ identities }, connection) {
  return connection === undefined || identities.some((one) => one.connection === connection);
}

/**
 * @param {any} value
 * @param {string} path such as `identities[0].connection`
 */
function valueAt(value, path) {
  let current = value;
  for (const name of path.split(/[.[\]]+/).filter(Boolean)) {
    if (typeof current !== "object" || current === null) return undefined;
    current = Object.hasOwn(current, name) ? current[name] : undefined;
  }
  return current;
}

/**
 * @param {string[]} titles
 * @param {unknown[][]} rows
 */
function jsonLines(titles, rows) {
  return rows.map((row) =>
    JSON.stringify(Object.fromEntries(row.map((value, index) => [titles[index], value]))),
  );
}

/**
 * @param {string[]} titles
 * @param {unknown[][]} rows
 */
function csvLines(titles, rows) {
  const header = titles.map((title) => quoted(title)).join(",");
  return [header, ...rows.map((row) => row.map(csvValue).join(","))];
}

/**
 * As Auth0 does, a text starts with an apostrophe, so that no spreadsheet runs it as a formula. Objects
 * cannot be exported as CSV.
 * @param {unknown} value
 */
function csvValue(value) {
  if (typeof value === "string") return quoted(`'${value}`);
  return ["number", "boolean"].includes(typeof value) ? String(value) : "";
}

/** @param {string} text */
const quoted = (text) => `"${text.replaceAll('"', '""')}"`;
