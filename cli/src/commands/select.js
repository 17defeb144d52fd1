import { EXIT } from "../exit-codes.js";
import { usage } from "../failure.js";
import { incompleteNote } from "../fleet/conclude.js";
import { interruptible } from "../interrupts.js";
import { withConnection, withOutput, withSelector } from "../options.js";
import { whileRead } from "../output/stdout.js";
import { streamRows } from "../output/stream-rows.js";
import { withService } from "../service.js";
import { note } from "../terminal.js";
import { selectorOf } from "../users/selector.js";

/** @import { Command } from "commander" */
/** @import { SelectedUser } from "@archie/auth0-user-security" */

/** @type {import("../output/columns.js").Column<SelectedUser>[]} */
const COLUMNS = [
  { key: "id", title: "Id", of: ({ id }) => id },
  { key: "email", title: "Email", of: ({ email }) => email },
  { key: "name", title: "Name", of: ({ name }) => name },
  { key: "lastIp", title: "Last address", of: ({ lastIp }) => lastIp },
  { key: "lastLogin", title: "Last login", of: ({ lastLogin }) => lastLogin },
];

/** A list to look at; longer ones are for files. */
const MAX_ROWS = 1000;

/** @param {Command} program */
export function addSelect(program) {
  withSelector(withOutput(withConnection(program.command("select"))))
    .description("list users, to look at them or to pass them to another command")
    .action((options) => whileRead(() => select(options)));
}

/**
 * @param {any} options
 */
function select(options) {
  const selector = selectorOf(options, new Date());
  if (!selector)
    throw usage("say which users: --query, --org, --connection, --all, --last-ip or --log-…");
  return interruptible((signal) =>
    withService(options, async ({ service }) => {
      const selection = service.selectUsers(selector, { signal });
      const rows = streamRows(COLUMNS, { ...options, maxRows: MAX_ROWS });
      let isEmpty = true;
      for await (const user of selection) {
        signal.throwIfAborted();
        isEmpty = false;
        await rows.add(user);
      }
      await rows.end();
      if (isEmpty) note("No user matches the selection.");
      if (await selection.complete) return;
      note(incompleteNote(options));
      if (!options.allowIncomplete) process.exitCode = EXIT.stopped;
    }),
  );
}
