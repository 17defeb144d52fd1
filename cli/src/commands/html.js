import { closeSync, openSync, readSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { reasonOf, usage } from "../failure.js";
import { latestOutcomes } from "../journal/summary.js";
import { note } from "../terminal.js";

/** @typedef {Awaited<ReturnType<typeof import("../journal/summary.js").summarize>>} Summary */

/**
 * Writes what a journal says about its users as one HTML file.
 * @param {string} path of the journal
 * @param {Summary} summary
 * @param {string} file
 */
export async function writeHtml(path, summary, file) {
  checkHtmlTarget(file, [path]);
  const { writeHtmlReport } = await import("../report/html.js");
  try {
    await writeHtmlReport(recordsFor(path, summary), file);
  } catch (error) {
    const { code } = /** @type {NodeJS.ErrnoException} */ (error);
    if (code === undefined || code.startsWith("ERR_")) throw error;
    throw usage(`--html: "${file}" cannot be written: ${reasonOf(error)}`);
  }
  note(`The report is in "${file}".`);
}

/** How every report begins, up to its title. */
const START = "<!doctype html>";
const TITLE = "<title>User security report</title>";
const START_BYTES = 4096;

/**
 * Only an earlier report is replaced: a mistyped name must not cost a journal or a list.
 * @param {string} file
 * @param {(string | undefined)[]} others files that the command reads or writes
 */
export function checkHtmlTarget(file, others) {
  if (others.some((other) => other !== undefined && resolve(other) === resolve(file))) {
    throw usage(`--html: "${file}" is already used by this command: name another file`);
  }
  const folder = dirname(resolve(file));
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory())
    throw usage(`--html: the folder "${folder}" does not exist`);
  const start = startOf(file);
  if (start === undefined || (start.startsWith(START) && start.includes(TITLE))) return;
  throw usage(
    `--html: "${file}" exists and is not a report, so it is not overwritten: name another file`,
  );
}

/**
 * @param {string} file
 * @returns {string | undefined} undefined if there is no such file
 */
function startOf(file) {
  try {
    const descriptor = openSync(file, "r");
    try {
      const bytes = Buffer.alloc(START_BYTES);
      return bytes.toString("utf8", 0, readSync(descriptor, bytes));
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    const { code } = /** @type {NodeJS.ErrnoException} */ (error);
    if (code === "ENOENT") return undefined;
    throw usage(`--html: "${file}" cannot be written: ${reasonOf(error)}`);
  }
}

/**
 * @param {string} path
 * @param {Summary} summary
 */
async function* recordsFor(path, { header, latest, unfinished, ...summary }) {
  const { notReached, stopped, incomplete } = summary;
  if (header) {
    const total = latest.size + unfinished.length + (notReached ?? 0);
    const isOpen = notReached === undefined;
    yield { ...header, type: /** @type {const} */ ("header"), total, stopped, isOpen, incomplete };
  }
  for await (const { type, mayHaveBeenIssued, ...result } of latestOutcomes(path, latest)) {
    yield { type, result, mayHaveBeenIssued };
  }
  for (const user of unfinished) {
    yield { type: /** @type {const} */ ("intent"), user, userId: user.id, userEmail: user.email };
  }
}
