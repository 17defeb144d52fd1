import { usage } from "../failure.js";
import { COLUMNS_BY_COMMAND } from "../fleet/columns.js";
import { number } from "../fleet/numbers.js";
import { isFailed } from "../journal/records.js";
import { latestOutcomes, summarize } from "../journal/summary.js";
import { withOutput } from "../options.js";
import { streamRows } from "../output/stream-rows.js";
import { note } from "../terminal.js";

/** @import { Command } from "commander" */

/** @param {Command} program */
export function addReport(program) {
  withOutput(program.command("report"))
    .argument("<journal>", "file that a run has written with --out")
    .description("what a journal says about its users")
    .action(report);
}

/**
 * @param {string} path
 * @param {import("../output/print-rows.js").OutputOptions} options
 */
async function report(path, options) {
  const { header, latest, unfinished } = await summarize(path);
  if (!header) throw usage(`"${path}" has no header yet: the run was stopped before it began`);
  const columns = COLUMNS_BY_COMMAND[header.command];
  if (!columns)
    throw usage(
      `"${path}" is of the command "${header.command}", which this version does not know`,
    );
  const rows = streamRows(columns, options, isFailed);
  let failed = 0;
  for await (const { type: _, ...outcome } of latestOutcomes(path, latest)) {
    if (isFailed(outcome)) failed += 1;
    await rows.add(outcome);
  }
  for (const user of unfinished) await rows.add({ user, status: "unknown" });
  await rows.end();
  const counts = `${number(latest.size)} users, ${number(failed)} failed, ${number(unfinished.length)} begun without an outcome`;
  note(`${header.command} on ${header.tenant}, started ${header.started}: ${counts}`);
}
