import { usage } from "../failure.js";
import { COLUMNS_BY_COMMAND } from "../fleet/columns.js";
import { number } from "../fleet/numbers.js";
import { isFailed } from "../journal/records.js";
import { latestOutcomes, summarize } from "../journal/summary.js";
import { withOutput } from "../options.js";
import { streamRows } from "../output/stream-rows.js";
import { note } from "../terminal.js";
import { writeHtml } from "./html.js";

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
  const summary = await summarize(path);
  const { header } = summary;
  if (!header) throw usage(`"${path}" has no header yet: the run was stopped before it began`);
  if (options.html !== undefined) await writeHtml(path, summary, options.html);
  if (options.html === undefined || options.json || options.csv) {
    await printOutcomes(path, summary, header.command, options);
  }
  note(`${header.command} on ${header.tenant}, started ${header.started}: ${countsOf(summary)}`);
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
function countsOf({ latest, failed, unfinished }) {
  const users = latest.size + unfinished.length;
  const begun =
    unfinished.length > 0 ? `, ${number(unfinished.length)} begun without an outcome` : "";
  return `${number(users)} ${users === 1 ? "user" : "users"}, ${number(failed)} failed${begun}`;
}
