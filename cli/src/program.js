import { createRequire } from "node:module";
import { Command } from "commander";
import { addApps, addFactors, addMethods } from "./commands/access.js";
import { addAccount } from "./commands/account.js";
import { addDoctor } from "./commands/doctor.js";
import { addAudit, addBulk, addEmergency } from "./commands/fleet.js";
import { addReport } from "./commands/report.js";
import { addSelect } from "./commands/select.js";
import { addSessions } from "./commands/sessions.js";
import { printable } from "./printable.js";

const { version } = createRequire(import.meta.url)("../package.json");

const GROUPS = {
  "One user:": [addSessions, addMethods, addFactors, addApps, addAccount],
  "Many users:": [addSelect, addBulk, addAudit, addEmergency, addReport],
  "Setup:": [addDoctor],
};

/** The command line. Its actions set the exit code if it is not 0. */
export function createProgram() {
  const program = new Command("auth0-user-security")
    .description("Security actions on the users of an Auth0 tenant.")
    .version(version);
  for (const [heading, commands] of Object.entries(GROUPS)) {
    program.commandsGroup(heading);
    for (const add of commands) add(program);
  }
  for (const command of all(program)) command.exitOverride().configureOutput({ outputError });
  return program;
}

/** @param {Command} command */
function all(command) {
  /** @type {Command[]} */
  const below = command.commands.flatMap((/** @type {Command} */ one) => all(one));
  return [command, ...below];
}

/**
 * @param {string} text
 * @param {(text: string) => void} write
 */
function outputError(text, write) {
  write(`${text.trimEnd().split("\n").map(printable).join("\n")}\n`);
}
