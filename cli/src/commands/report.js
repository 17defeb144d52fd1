import { usage } from "../failure.js";
import { COLUMNS_BY_COMMAND } from "../fleet/columns.js";
import { counted, number } from "../fleet/numbers.js";
import { isFailed } from "../journal/records.js";
import { latestOutcomes, summarize } from "../journal/summary.js";
import { withOutput } from "../options.js";
import { whileRead } from "../output/stdout.js";
import { streamRows } from "../output/stream-rows.js";
import { note } from "../terminal.js";
import { checkHtmlTarget, writeHtml } from "./html.js";

/**
 * @import { Command } from "commander"
 * @import { Summary } from "./html.js"
 */
/** @typedef {import("../output/print-rows.js").OutputOptions & { html?: string }} ReportOptions */

/** @param {Command} program */
export function addReport(program) {
  withOutput(program.command("report"))
    .argument("<journal>", "file that a run has written with --out")
    .description("what a journal says about its users")
    .option("--html <file>", "write a page that opens in any browser")
    .action(report);
}

/**
 * @param {string} path
 * @param {ReportOptions} options
 */
export async function report(path, options) {
  if (options.html !== undefined) checkHtmlTarget(options.html, [path]);
  const summary = await summarize(path);
  const { header } = summary;
  if (!header) throw usage(`"${path}" has no header yet: the run was stopped before it began`);
  if (options.html !== undefined) await writeHtml(path, summary, options.html);
  if (options.html === undefined || options.json || options.csv) {
    await whileRead(() => printOutcomes(path, summary, header.command, options));
  }
  note(`${header.command} on ${header.tenant}, started ${header.started}: ${countsOf(summary)}`);
  if (header.options.dryRun === true) note("It was a dry run: nothing was changed.");
  for (const gap of gapsOf(summary)) note(gap);
}

/**
 * @param {string} path
 * @param {Summary} summary
 * @param {string} command
 * @param {ReportOptions} options
 */
async function printOutcomes(path, { latest, unfinished }, command, options) {
  const columns = COLUMNS_BY_COMMAND[command];
  if (!columns)
    throw usage(`"${path}" is of the command "${command}", which this version does not know`);
  const rows = streamRows(columns, options, isFailed);
  for await (const { type: _, ...outcome } of latestOutcomes(path, latest)) await rows.add(outcome);
  for (const user of unfinished) await rows.add({ user, status: "unknown" });
  await rows.end();
}

/** @param {Summary} summary */
function countsOf({ latest, failed, unfinished, duplicates }) {
  const users = latest.size + unfinished.length;
  const parts = [
    counted(users, "user"),
    duplicates > 0 && counted(duplicates, "duplicate"),
    `${number(failed)} failed`,
    unfinished.length > 0 && `${number(unfinished.length)} begun without an outcome`,
  ];
  return parts.filter(Boolean).join(", ");
}

/**
 * Why the users above may not be all.
 * @param {Summary} summary
 */
function gapsOf({ stopped, notReached, incomplete }) {
  const rest =
    notReached === undefined
      ? "how many users were not reached is not known"
      : `${counted(notReached, "user")} not reached`;
  return [
    stopped !== undefined && `${stopped}; ${rest}.`,
    incomplete && "Auth0 could not list everyone who matches the selection: users may be missing.",
  ].filter((gap) => gap !== false);
}
