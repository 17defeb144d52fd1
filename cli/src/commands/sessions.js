import { integer, withChange, withUser } from "../options.js";
import { printResult, printRows } from "../output/print-rows.js";
import { forUser } from "./one-user.js";

/**
 * @import { Command } from "commander"
 * @import { UserSession } from "@archie/auth0-user-security"
 */

/** @type {import("../output/columns.js").Column<UserSession>[]} */
const COLUMNS = [
  { key: "id", title: "Session", of: ({ id }) => id },
  { key: "current", title: "Current", of: ({ current }) => current },
  { key: "device", title: "Device", of: ({ device }) => device },
  { key: "browser", title: "Browser", of: ({ browser }) => browser },
  { key: "os", title: "System", of: ({ os }) => os },
  { key: "address", title: "Address", of: ({ address }) => address },
  { key: "lastActivityAt", title: "Last activity", of: ({ lastActivityAt }) => lastActivityAt },
  { key: "createdAt", title: "Since", of: ({ createdAt }) => createdAt },
  { key: "clientIds", of: ({ clientIds }) => clientIds },
  { key: "userId", of: ({ userId }) => userId },
  { key: "actor", of: ({ actor }) => actor?.sub },
];

/** @param {Command} program */
export function addSessions(program) {
  const sessions = program.command("sessions").description("list and end the sessions of one user");
  withUser(sessions.command("list"))
    .description("the live sessions, most recently active first")
    .option("--current <session>", "mark this session")
    .action(list);
  withChange(withUser(sessions.command("revoke")))
    .argument("<session>", "id of the session")
    .description("end one session, with its refresh tokens")
    .option("--wait", "until Auth0 no longer lists it")
    .action(revoke);
  withChange(withUser(sessions.command("revoke-others")))
    .argument("<session>", "id of the session to keep")
    .description("end all sessions but one")
    .option("--wait", "until Auth0 no longer lists them")
    .action(revokeOthers);
  withChange(withUser(sessions.command("revoke-all")))
    .description("end all sessions and refresh tokens")
    .option("--wait", "until Auth0 no longer lists them")
    .action(revokeAll);
  withChange(withUser(sessions.command("limit")))
    .description("end the oldest sessions of a user who has too many")
    .requiredOption("--max <n>", "how many sessions may stay", integer(1, 10_000))
    .option("--keep <sessions...>", "ids of sessions that are never ended")
    .action(limit);
}

/**
 * @param {string} user
 * @param {any} options
 */
function list(user, options) {
  return forUser(user, options, async ({ service, user, call }) => {
    const rows = await service.findUserSessions(user, {
      ...call,
      currentSessionId: options.current,
    });
    await printRows(COLUMNS, rows, options, "There are no live sessions.");
  });
}

/**
 * @param {string} name
 * @param {string} id
 * @param {any} options
 */
function revoke(name, id, options) {
  const question = `End session ${id} of ${name}?`;
  return forUser(
    name,
    options,
    async ({ service, user, call }) => {
      await service.revokeUserSession(user, { id }, { ...call, waitUntilGone: options.wait });
      await printResult({ session: id, revoked: true }, "The session was revoked.", options);
    },
    question,
  );
}

/**
 * @param {string} name
 * @param {string} id
 * @param {any} options
 */
function revokeOthers(name, id, options) {
  const question = `End all sessions of ${name} but ${id}?`;
  return forUser(
    name,
    options,
    async ({ service, user, call }) => {
      // A mistyped id would otherwise end all sessions.
      const how = { ...call, waitUntilGone: options.wait, requireCurrent: true };
      const count = await service.revokeOtherUserSessions(user, id, how);
      await printResult(
        { revoked: count, kept: id },
        `${count} other sessions were revoked.`,
        options,
      );
    },
    question,
  );
}

/**
 * @param {string} name
 * @param {any} options
 */
function revokeAll(name, options) {
  const question = `End all sessions and refresh tokens of ${name}?`;
  return forUser(
    name,
    options,
    async ({ service, user, call }) => {
      await service.revokeAllUserSessions(user, { ...call, waitUntilGone: options.wait });
      await printResult({ revoked: true }, "All sessions were revoked.", options);
    },
    question,
  );
}

/**
 * @param {string} name
 * @param {any} options
 */
function limit(name, options) {
  const { max, keep } = options;
  const question = `End the oldest sessions of ${name} above ${max}?`;
  return forUser(
    name,
    options,
    async ({ service, user, call }) => {
      const count = await service.limitUserSessions(user, { ...call, max, keep });
      await printResult({ revoked: count, max }, `${count} sessions were ended.`, options);
    },
    question,
  );
}
