// The report as one HTML file, written as the records come.

import { randomUUID } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { documentParts } from "./document.js";
import { linesOf } from "./lines.js";

/** @typedef {import("./types.js").ReportRecord} ReportRecord */

/** Users' data is for the one who made the report. */
const OWNER_ONLY = 0o600;

/**
 * Writes a report that opens in a browser without a network. Each user is expected to have one outcome. The file
 * appears when it is complete, and an earlier file of this name is replaced then.
 * @param {Iterable<ReportRecord> | AsyncIterable<ReportRecord>} records
 * @param {string} file
 */
export async function writeHtmlReport(records, file) {
  const draft = `${file}.${randomUUID()}.tmp`;
  try {
    await writeDraft(records, draft);
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

/**
 * @param {Iterable<ReportRecord> | AsyncIterable<ReportRecord>} records
 * @param {string} draft
 */
async function writeDraft(records, draft) {
  const handle = await open(draft, "wx", OWNER_ONLY);
  try {
    const [before, after] = documentParts();
    await handle.writeFile(before);
    await pipeline(linesOf(records), createGzip(), async (compressed) => {
      for await (const text of base64Of(compressed)) await handle.writeFile(text);
    });
    await handle.writeFile(after);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Base64 of a stream: three bytes are four characters, so what is left of a piece waits for the next one.
 * @param {AsyncIterable<Buffer>} pieces
 */
async function* base64Of(pieces) {
  let rest = Buffer.alloc(0);
  for await (const piece of pieces) {
    const bytes = Buffer.concat([rest, piece]);
    const whole = bytes.length - (bytes.length % 3);
    yield bytes.toString("base64", 0, whole);
    rest = bytes.subarray(whole);
  }
  yield rest.toString("base64");
}
