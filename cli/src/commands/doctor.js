import { EXIT } from "../exit-codes.js";
import { interruptible } from "../interrupts.js";
import { withConnection, withOutput } from "../options.js";
import { printRows } from "../output/print-rows.js";
import { print } from "../output/stdout.js";
import { printable, printableJson } from "../printable.js";
import { withService } from "../service.js";

/** @import { Command } from "commander" */

/** @type {import("../output/columns.js").Column<import("@archie/auth0-user-security").ConfigurationFinding>[]} */
const COLUMNS = [
  { key: "check", of: ({ check }) => check },
  { key: "ok", of: ({ ok }) => ok },
  { key: "message", of: ({ message }) => message },
  { key: "hint", of: ({ hint }) => hint },
];

/** @param {Command} program */
export function addDoctor(program) {
  withOutput(withConnection(program.command("doctor")))
    .description("check credentials, scopes and plan; change nothing")
    .action(doctor);
}

/**
 * @param {any} options
 */
function doctor(options) {
  return interruptible((signal) =>
    withService(options, async ({ service }) => {
      const report = await service.checkConfiguration({ signal });
      if (options.json) await print(`${printableJson(report, 2)}\n`);
      else if (options.csv) await printRows(COLUMNS, report.findings, options, "");
      else await print(linesOf(report.findings).join(""));
      if (!report.ok) process.exitCode = EXIT.configuration;
    }),
  );
}

/** @typedef {import("@archie/auth0-user-security").ConfigurationFinding} Finding */

/**
 * A line for each finding that says something, and one for all methods whose scopes are complete.
 * @param {Finding[]} findings
 */
function linesOf(findings) {
  const isPlain = (/** @type {Finding} */ { ok, check, hint }) =>
    ok && !hint && check.startsWith("scopes:");
  const plain = findings.filter(isPlain).length;
  const others = findings.filter((finding) => !isPlain(finding)).map(lineOf);
  if (plain === 0) return others;
  return [...others, `✓ scopes: ${plain} methods have all the scopes they need.\n`];
}

/** @param {Finding} finding */
function lineOf({ ok, check, message, hint }) {
  const line = `${ok ? "✓" : "✗"} ${printable(`${check}: ${message}`)}\n`;
  return hint && !message.includes(hint) ? `${line}    ${printable(hint)}\n` : line;
}
