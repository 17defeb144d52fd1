import { createHash } from "node:crypto";
import { createReadStream, statSync } from "node:fs";
import { Failure, reasonOf, usage } from "../failure.js";
import { note } from "../terminal.js";
import { FORMATS, formatOf } from "./formats.js";
import { keyOf, userFromText } from "./reference.js";
import { selectorOf } from "./selector.js";

/**
 * @import { Auth0UserSecurityService } from "@archie/auth0-user-security"
 * @import { User } from "./reference.js"
 * @import { SelectorOptions } from "./selector.js"
 */
/** @typedef {SelectorOptions & { file?: string, format?: string }} SourceOptions */
/**
 * Where the users of a run come from.
 * @typedef {object} Source
 * @property {string} description for a question: "2 users", `the users of "list.csv"`
 * @property {string} nobody what to say if there are none
 * @property {boolean} usesStdin
 * @property {number} [total] how many users there are, if that is known beforehand
 * @property {number} malformed how many lines were not understood so far
 * @property {string} [digest] of who they are, if that is known beforehand
 * @property {AsyncIterable<User>} users read once
 * @property {() => Promise<boolean>} isComplete false if Auth0 could not list every user who matches
 */

/**
 * @param {string[]} args
 * @param {SourceOptions} options
 * @param {{ service: Auth0UserSecurityService, signal: AbortSignal, now: Date }} context
 * @returns {Promise<Source>}
 */
export async function sourceOf(args, options, { service, signal, now }) {
  const selector = selectorOf(options, now);
  const file = options.file ?? (args.length === 1 && args[0] === "-" ? "-" : undefined);
  const named = file === "-" && options.file === undefined ? [] : args;
  const given = [named.length > 0, file !== undefined, selector !== undefined].filter(Boolean);
  if (given.length > 1) throw usage("users come from one place: arguments, --file or a selector");
  if (file === "-") return ofStdin(options.format ?? "text");
  if (file !== undefined) return ofFile(file, options.format ?? formatOf(file));
  if (selector) return ofSelector(service, selector, signal);
  if (named.length > 0) return ofArguments(named);
  throw usage(
    "no users: name them, or use --file, - for standard input, or a selector such as --query",
  );
}

/**
 * @param {string[]} args
 * @returns {Source}
 */
function ofArguments(args) {
  const users = args.map((arg) => {
    try {
      return userFromText(arg);
    } catch (error) {
      throw usage(`"${arg}" is not a user: ${/** @type {Error} */ (error).message}`);
    }
  });
  const description = users.length === 1 ? args[0] : `${users.length} users`;
  const digest = digestOf();
  for (const user of users) digest.add(user);
  const known = { total: users.length, digest: digest.end() };
  return { ...ofNothing(description), ...known, users: iterate(users) };
}

/**
 * A file is read twice, so that its problems and its length are known before anything is changed. What is not a file, such
 * as a pipe of the shell, can be read once.
 * @param {string} file
 * @param {string} format
 * @returns {Promise<Source>}
 */
async function ofFile(file, format) {
  const entries = () => FORMATS[format](createReadStream(file));
  const source = ofNothing(`the users of "${file}"`);
  if (statSync(file, { throwIfNoEntry: false })?.isFile() === false) {
    source.users = usersOf(file, entries, source);
    return source;
  }
  let total = 0;
  const digest = digestOf();
  for await (const user of usersOf(file, entries, source)) {
    total += 1;
    digest.add(user);
  }
  if (total === 0) throw usage(`"${file}" has no users: the list is empty`);
  const description = `${total} ${total === 1 ? "user" : "users"} of "${file}"`;
  return { ...source, description, total, digest: digest.end(), users: usersOf(file, entries) };
}

/** A digest of who is in a list, and in which order. */
function digestOf() {
  const hash = createHash("sha256");
  return {
    add: (/** @type {User} */ user) => void hash.update(`${keyOf(user)}\n`),
    end: () => hash.digest("base64"),
  };
}

/**
 * @param {string} format
 * @returns {Source}
 */
function ofStdin(format) {
  const source = ofNothing("the users on standard input");
  source.nobody = "There are no users on standard input.";
  source.usesStdin = true;
  source.users = usersOf("standard input", () => FORMATS[format](process.stdin), source);
  return source;
}

/**
 * @param {Auth0UserSecurityService} service
 * @param {import("./selector.js").Selector} selector
 * @param {AbortSignal} signal
 * @returns {Source}
 */
function ofSelector(service, selector, signal) {
  const selection = service.selectUsers(selector, { signal });
  const source = ofNothing("the selected users");
  source.nobody = "No user matches the selection.";
  source.users = selectedUsers(selection);
  source.isComplete = () => selection.complete;
  return source;
}

/**
 * @param {AsyncIterable<{ id: string, email?: string }>} selection
 * @returns {AsyncGenerator<User>}
 */
async function* selectedUsers(selection) {
  for await (const { id, email } of selection) yield { id, ...(email !== undefined && { email }) };
}

/**
 * The users of a list. With `source`, malformed lines are reported and counted.
 * @param {string} name
 * @param {() => AsyncIterable<import("./formats.js").Entry>} entries opened when they are read
 * @param {Source} [source]
 */
async function* usersOf(name, entries, source) {
  try {
    for await (const entry of entries()) {
      if (entry.problem === undefined) yield entry.user;
      else if (source) {
        source.malformed += 1;
        note(`${name}:${entry.line}: skipped: ${entry.problem}`);
      }
    }
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw usage(`"${name}" cannot be read: ${reasonOf(error)}`);
  }
}

/**
 * @param {string} description
 * @returns {Source}
 */
function ofNothing(description) {
  const isComplete = async () => true;
  const nobody = "The list has no users.";
  return { description, nobody, usesStdin: false, malformed: 0, users: iterate([]), isComplete };
}

/** @param {User[]} users */
async function* iterate(users) {
  yield* users;
}
