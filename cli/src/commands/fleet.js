import { usage } from "../failure.js";
import {
  AUDIT_COLUMNS,
  EMERGENCY_COLUMNS,
  REVOKE_COLUMNS,
  TICKET_COLUMNS,
} from "../fleet/columns.js";
import { runFleet } from "../fleet/run-fleet.js";
import { summarize } from "../journal/summary.js";
import { integer, withChange, withDryRun, withFleet, withTickets } from "../options.js";
import { TICKETS_NEED_A_FILE, withTicketOptions } from "./account.js";
import { checkHtmlTarget, writeHtml } from "./html.js";

/** @import { Command } from "commander" */
/** @typedef {import("../fleet/run-fleet.js").FleetCommandOptions & Record<string, any>} Options */

/** @param {Command} program */
export function addBulk(program) {
  const bulk = program.command("bulk").description("do the same for many users");
  change(bulk.command("revoke"))
    .description("end all sessions and refresh tokens of each user")
    .option("--wait", "until Auth0 no longer lists the sessions")
    .action(revoke);
  change(bulk.command("block")).description("block each user").action(block);
  withTickets(withTicketOptions(change(bulk.command("ticket"))))
    .description("a password ticket for each user, in a file")
    .action(ticket);
}

/** @param {Command} program */
export function addAudit(program) {
  withFleet(program.command("audit"))
    .description("sessions, sign-in methods and risk of each user; changes nothing")
    .option("--html <file>", "with --out: write a page that opens in any browser")
    .action(audit);
}

/** @param {Command} program */
export function addEmergency(program) {
  withTickets(change(program.command("emergency")))
    .description("end the access of users at risk, and create password tickets for them")
    .option("--redirect-url <url>", "where users go after the new password; required for tickets")
    .option("--ttl <seconds>", "lifetime of a ticket; 86400 by default", integer(1, 2_592_000))
    .option("--lock", "block these users before anything else")
    .option(
      "--ticket",
      "with --lock: create tickets nonetheless, although using one lifts the block",
    )
    .option("--no-ticket", "create no password tickets")
    .option("--min-risk-level <level>", "low, medium or high", checkRiskLevel, "high")
    .action(emergency);
}

/** @param {Command} command */
const change = (command) => withDryRun(withChange(withFleet(command)));

/** @typedef {(users: string[], options: Options) => Promise<void>} Action */

/** @type {Action} */
function revoke(users, options) {
  const command = {
    ...{ command: "bulk revoke", method: /** @type {const} */ ("bulkRevokeUserSessions") },
    question: (/** @type {string} */ who) => `End all sessions and refresh tokens of ${who}?`,
    settings: { waitUntilGone: options.wait },
    columns: REVOKE_COLUMNS,
  };
  return runFleet(command, users, options);
}

/** @type {Action} */
function block(users, options) {
  const command = {
    ...{ command: "bulk block", method: /** @type {const} */ ("bulkBlockUsers") },
    question: (/** @type {string} */ who) => `Block ${who}?`,
    settings: {},
    columns: REVOKE_COLUMNS,
  };
  return runFleet(command, users, options);
}

/** @type {Action} */
function ticket(users, options) {
  const { redirectUrl, ttl: ttlSeconds, allowBlocked, ticketsTo, dryRun } = options;
  if (ticketsTo === undefined && !dryRun) throw usage(TICKETS_NEED_A_FILE);
  const command = {
    ...{
      command: "bulk ticket",
      method: /** @type {const} */ ("bulkGeneratePasswordChangeTickets"),
    },
    question: (/** @type {string} */ who) => `Create password tickets for ${who}?`,
    settings: { redirectUrl, ttlSeconds, allowBlocked },
    columns: TICKET_COLUMNS,
  };
  return runFleet(command, users, options);
}

/** @type {Action} */
async function audit(users, options) {
  const { html, out } = options;
  if (html !== undefined && out === undefined)
    throw usage("--html is written from the journal: name one with --out");
  if (html !== undefined) checkHtmlTarget(html, [out, options.file, options.env]);
  const command = {
    ...{ command: "audit", method: /** @type {const} */ ("generateSecurityAuditReport") },
    settings: {},
    columns: AUDIT_COLUMNS,
  };
  await runFleet(command, users, options);
  if (html !== undefined && out !== undefined) await writeHtml(out, await summarize(out), html);
}

/** @type {Action} */
function emergency(users, options) {
  const { redirectUrl, lock, ttl: ttlSeconds, minRiskLevel, ticketsTo, dryRun } = options;
  const ticket = options.ticket ?? !lock;
  if (ticket && redirectUrl === undefined)
    throw usage("--redirect-url is missing: where users go after the new password");
  if (ticket && ticketsTo === undefined && !dryRun)
    throw usage(`${TICKETS_NEED_A_FILE}. Name a new file, or add --no-ticket`);
  if (!ticket && ticketsTo !== undefined)
    throw usage(
      "--tickets-to: this run creates no tickets. Leave it out, or have tickets created with --ticket",
    );
  const command = {
    ...{ command: "emergency", method: /** @type {const} */ ("emergencySecurityResponse") },
    question: (/** @type {string} */ who) =>
      `End the access of everyone at ${minRiskLevel} risk or above among ${who}?`,
    settings: { redirectUrl, ttlSeconds, lock, ticket, minRiskLevel },
    columns: EMERGENCY_COLUMNS,
  };
  return runFleet(command, users, options);
}

/** @param {string} level */
function checkRiskLevel(level) {
  if (["low", "medium", "high"].includes(level)) return level;
  throw usage(`--min-risk-level is low, medium or high, not "${level}"`);
}
