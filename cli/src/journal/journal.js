import { randomUUID } from "node:crypto";
import { closeSync, openSync, readSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { reasonOf, usage } from "../failure.js";
import { printableJson } from "../printable.js";
import { AppendFile } from "./append-file.js";
import { differenceOf } from "./difference.js";
import { FORMAT_VERSION, notAJournal, recordsOf } from "./records.js";
import { JournalState } from "./state.js";

/** @import { Header, List, Outcome, Record_ } from "./records.js" */
/** @typedef {Pick<Header, "command" | "tenant" | "options">} Task what a journal is about */

const START_OF_HEADER = '{"type":"journal",';
/** How much a power failure can undo; a killed process loses nothing. */
const SYNC_EVERY_MS = 1000;

/** The file of `--out`: what was begun, and what became of it. */
export class Journal {
  #file;
  #timer;

  /** @param {AppendFile} file */
  constructor(file) {
    this.#file = file;
    this.#timer = setInterval(() => this.#syncOrFail(), SYNC_EVERY_MS).unref();
  }

  /** @param {string} path */
  static create(path) {
    return new Journal(createFile(path));
  }

  /**
   * Opens a journal to continue it: cuts off an unfinished last line, and reads the rest. The state has no header if the
   * first line was not finished.
   * @param {string} path
   * @param {Task} task
   */
  static async resume(path, task) {
    const file = openJournal(path);
    const cutOff = file.repair();
    const state = new JournalState();
    for await (const record of recordsOf(path)) state.add(record);
    if (state.header) requireSameTask(path, state.header, task);
    return { journal: new Journal(file), state, cutOff };
  }

  /**
   * Writes the header.
   * @param {Task} task
   * @param {Date} started
   * @param {{ tickets?: string, list?: List }} more the path of the file with the tickets; the list
   */
  begin({ command, tenant, options }, started, more) {
    const identity = {
      type: /** @type {const} */ ("journal"),
      version: FORMAT_VERSION,
      run: randomUUID(),
    };
    this.append({ ...identity, command, tenant, options, started: started.toISOString(), ...more });
    this.#file.sync();
  }

  /** @param {Record_ | Outcome} record */
  append(record) {
    try {
      this.#file.write(printableJson(record));
    } catch (error) {
      throw new Error(`the journal cannot be written: ${reasonOf(error)}`, { cause: error });
    }
  }

  close() {
    clearInterval(this.#timer);
    this.#file.close();
  }

  /** What cannot be synchronized makes the next write fail. */
  #syncOrFail() {
    try {
      this.#file.sync();
    } catch (error) {
      this.#file.fail(error);
    }
  }
}

/** @param {string} path */
function createFile(path) {
  try {
    return AppendFile.create(path);
  } catch (error) {
    const { code } = /** @type {NodeJS.ErrnoException} */ (error);
    if (code === "EEXIST") throw journalExists(path);
    throw usage(`--out: "${path}" cannot be created: ${reasonOf(error)}`);
  }
}

/** @param {string} path */
export const journalExists = (path) =>
  usage(`--out: "${path}" exists. Add --resume to continue that run, or name another file.`);

/**
 * Nothing of a file that is not a journal is cut off.
 * @param {string} path
 */
function openJournal(path) {
  try {
    const start = startOf(path);
    if (!start.startsWith(START_OF_HEADER) && !START_OF_HEADER.startsWith(start)) {
      throw notAJournal(path, "it does not begin with the header of one");
    }
    return AppendFile.open(path);
  } catch (error) {
    const { code } = /** @type {NodeJS.ErrnoException} */ (error);
    if (code === undefined) throw error;
    const fix = code === "ENOENT" ? " Leave out --resume to begin a run." : "";
    throw usage(`--resume: "${path}" cannot be opened: ${reasonOf(error)}.${fix}`);
  }
}

/** @param {string} path */
function startOf(path) {
  const descriptor = openSync(path, "r");
  try {
    const bytes = Buffer.alloc(START_OF_HEADER.length);
    return bytes.toString("utf8", 0, readSync(descriptor, bytes));
  } finally {
    closeSync(descriptor);
  }
}

/**
 * @param {string} path
 * @param {Header} header
 * @param {Task} task
 */
function requireSameTask(path, header, task) {
  // As the options are read from the file: without what JSON omits.
  const wanted = JSON.parse(JSON.stringify(task));
  for (const field of /** @type {const} */ (["command", "tenant", "options"])) {
    if (isDeepStrictEqual(header[field], wanted[field])) continue;
    const difference =
      field === "options"
        ? differenceOf(header.options, wanted.options)
        : `Its ${field} was "${header[field]}", and is now "${wanted[field]}"`;
    throw usage(
      `--resume: "${path}" is the journal of another run. ${difference}. Repeat the command as it was, or name another --out.`,
    );
  }
}
