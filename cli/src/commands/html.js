import { reasonOf, usage } from "../failure.js";
import { latestOutcomes } from "../journal/summary.js";

/** @typedef {Awaited<ReturnType<typeof import("../journal/summary.js").summarize>>} Summary */

/**
 * Writes what a journal says about its users as one HTML file.
 * @param {string} path of the journal
 * @param {Summary} summary
 * @param {string} file
 */
export async function writeHtml(path, summary, file) {
  const { writeHtmlReport } = await import("../report/html.js");
  try {
    await writeHtmlReport(recordsFor(path, summary), file);
  } catch (error) {
    const { code } = /** @type {NodeJS.ErrnoException} */ (error);
    if (code === undefined || code.startsWith("ERR_")) throw error;
    throw usage(`--html: "${file}" cannot be written: ${reasonOf(error)}`);
  }
}

/**
 * @param {string} path
 * @param {Summary} summary
 */
async function* recordsFor(path, { header, latest, unfinished }) {
  if (header) yield { ...header, type: /** @type {const} */ ("header") };
  for await (const { type, mayHaveBeenIssued, ...result } of latestOutcomes(path, latest)) {
    yield { type, result, mayHaveBeenIssued };
  }
  for (const user of unfinished) {
    yield { type: /** @type {const} */ ("intent"), user, userId: user.id, userEmail: user.email };
  }
}
