import { usage } from "../failure.js";
import { TicketFile } from "../fleet/tickets.js";
import { integer, withChange, withTickets, withUser } from "../options.js";
import { printResult } from "../output/print-rows.js";
import { forUser } from "./one-user.js";

/** @import { Command } from "commander" */

/** @param {Command} program */
export function addAccount(program) {
  withTickets(withTicketOptions(withChange(withUser(program.command("ticket")))))
    .description("a one-time link to set a new password, written to a file")
    .action(ticket);
  withChange(withUser(program.command("block")))
    .description("keep a user from signing in")
    .action(block);
  withChange(withUser(program.command("unblock")))
    .description("let a blocked user sign in again")
    .option("--wrong-passwords", "lift Auth0's blocks after wrong passwords, too")
    .action(unblock);
}

/** @param {Command} command */
export function withTicketOptions(command) {
  return command
    .option("--redirect-url <url>", "where the user goes afterwards")
    .option("--ttl <seconds>", "lifetime of a ticket; 86400 by default", integer(1, 2_592_000))
    .option("--allow-blocked", "also for a blocked user, whose block the password reset lifts");
}

/** @type {(name: string, options: any) => Promise<void>} */
function ticket(name, options) {
  const { ticketsTo, redirectUrl, ttl, allowBlocked } = options;
  if (ticketsTo === undefined) throw usage(TICKETS_NEED_A_FILE);
  return forUser(
    name,
    options,
    async ({ service, user, call }) => {
      const file = TicketFile.open(ticketsTo);
      try {
        const how = { ...call, ttlSeconds: ttl, allowBlocked };
        // An object is answered with an object.
        const made = /** @type {any} */ (
          await service.generatePasswordChangeTicket(user, redirectUrl, how)
        );
        const { redirect: passwordResetUrl, expiresAt, blockedUntil } = made;
        file.add({ userId: user.id, email: user.email, passwordResetUrl, expiresAt });
        const result = { file: ticketsTo, expiresAt, blockedUntil };
        await printResult(result, `The ticket is in "${ticketsTo}".`, options);
      } finally {
        file.close();
      }
    },
    `Create a password ticket for ${name}?`,
  );
}

export const TICKETS_NEED_A_FILE =
  "--tickets-to is missing: anyone with a ticket can set the password, so tickets go only to a file of their own";

/** @type {(name: string, options: any) => Promise<void>} */
function block(name, options) {
  return forUser(
    name,
    options,
    async ({ service, user, call }) => {
      const result = await service.blockUser(user, call);
      await printResult(
        { ...result },
        `The user is blocked. ${SESSIONS_LEFT[result.sessions]}`,
        options,
      );
    },
    `Block ${name}?`,
  );
}

const SESSIONS_LEFT = {
  ended: "No live session is left.",
  live: "A live session is left: end it with sessions revoke-all.",
  unknown: "Whether sessions are left is unknown.",
};

/** @type {(name: string, options: any) => Promise<void>} */
function unblock(name, options) {
  return forUser(
    name,
    options,
    async ({ service, user, call }) => {
      const { blocked } = await service.unblockUser(user, call);
      const cleared = options.wrongPasswords
        ? await service.clearUserBlocks(user, call)
        : undefined;
      const more =
        cleared === undefined ? "" : ` ${cleared} blocks after wrong passwords were lifted.`;
      await printResult({ blocked, cleared }, `The user is not blocked.${more}`, options);
    },
    `Unblock ${name}?`,
  );
}
