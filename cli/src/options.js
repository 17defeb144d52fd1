import { InvalidArgumentError, Option } from "commander";
import { FORMATS } from "./users/formats.js";

/** @import { Command } from "commander" */

/**
 * Options of every command that talks to a tenant.
 * @param {Command} command
 * @param {string} [timeout] what the deadline is of
 */
export function withConnection(command, timeout = "deadline of each call; 30 by default") {
  return command
    .option("--env <file>", "read AUTH0_DOMAIN and its credentials from this file alone")
    .option("--emulator [seed.json]", "use a tenant that runs inside this process")
    .option("--timeout <seconds>", timeout, integer(1, 86_400))
    .option("--no-input", "never ask anything");
}

/** @param {Command} command */
export function withOutput(command) {
  return command
    .addOption(new Option("--json", "print JSON").conflicts("csv"))
    .option("--csv", "print CSV");
}

/**
 * Options of commands that change something.
 * @param {Command} command
 */
export function withChange(command) {
  return command
    .option("-y, --yes", "do not ask before something is changed")
    .option("--actor <id>", "who asked for the change, for the audit event");
}

/**
 * Commands about one user.
 * @param {Command} command
 */
export function withUser(command) {
  return withOutput(withConnection(command))
    .argument("<user>", "Auth0 user id or email")
    .option("--connection <name>", "with an email: the connection of the account");
}

/** @param {Command} command */
export function withSelector(command) {
  return command
    .optionsGroup("Select users:")
    .option("--query <lucene>", "users found by Auth0's search")
    .option("--org <id>", "members of an organization")
    .option("--connection <name>", "users of a connection")
    .option("--all", "all users")
    .option("--last-ip <address>", "users whose last login came from this address")
    .option("--log-ip <address>", "users with events from this address")
    .option("--log-user-agent <text>", "users with events of this user agent")
    .option("--log-client <id>", "users with events of this application")
    .option("--log-type <code>", "users with events of this type, such as s or fp")
    .option("--since <time>", "with --log-…: the earliest event, in ISO 8601")
    .option("--until <time>", "with --log-…: the latest event; now by default")
    .option("--allow-incomplete", "exit with 0 although the selection may lack users");
}

/** @param {Command} command */
export function withUsers(command) {
  const formats = Object.keys(FORMATS);
  return withSelector(
    command
      .argument("[users...]", "ids or emails, or - for standard input")
      .option("--file <file>", "users from a file: text, CSV with a header, or NDJSON")
      .addOption(
        new Option("--format <format>", "of the list; by its extension by default").choices(
          formats,
        ),
      ),
  );
}

/**
 * Options of commands for many users.
 * @param {Command} command
 */
export function withFleet(command) {
  return withUsers(withOutput(withConnection(command, "deadline for each user; 300 by default")))
    .optionsGroup("Run:")
    .option("--out <file>", "journal of the run, with which it can be resumed")
    .option("--resume", "continue the run of --out")
    .option("--retry-failed", "with --resume: attempt failed users again")
    .option("--concurrency <n>", "users at a time; 50 by default", integer(1, 1000))
    .option("--stop-on-error", "stop after the first failed user")
    .option(
      "--stop-after-failures <n>",
      "stop after so many failures in a row; 20 by default",
      integer(1, 1_000_000),
    );
}

/** @param {Command} command */
export const withDryRun = (command) =>
  command.option("--dry-run", "read and decide, but change nothing");

/** @param {Command} command */
export const withTickets = (command) =>
  command.option("--tickets-to <file>", "new file for the tickets, which only its owner may read");

/**
 * @param {number} min
 * @param {number} max
 */
export function integer(min, max) {
  return (/** @type {string} */ text) => {
    const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= min && value <= max) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
  };
}
