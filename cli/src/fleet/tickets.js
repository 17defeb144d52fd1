import { rmSync } from "node:fs";
import { dirname } from "node:path";
import { reasonOf, usage } from "../failure.js";
import { AppendFile } from "../journal/append-file.js";
import { printableJson } from "../printable.js";

/** @typedef {{ userId?: string, email?: string, passwordResetUrl: string, expiresAt?: Date }} Ticket */

/** The file of `--tickets-to`: the only place where the tool writes a ticket, since whoever has one can use it. */
export class TicketFile {
  #file;
  #path;

  /**
   * @param {AppendFile} file
   * @param {string} path
   */
  constructor(file, path) {
    this.#file = file;
    this.#path = path;
  }

  /**
   * @param {string} path
   * @param {{ mayExist?: boolean }} [options] a resumed run continues its file
   */
  static open(path, { mayExist = false } = {}) {
    try {
      return new TicketFile(AppendFile.create(path), path);
    } catch (error) {
      const { code } = /** @type {NodeJS.ErrnoException} */ (error);
      if (code === "EEXIST" && mayExist) return TicketFile.#continue(path);
      if (code === "EEXIST") throw ticketsExist(path);
      if (code === "ENOENT")
        throw usage(`--tickets-to: the folder "${dirname(path)}" does not exist`);
      throw usage(`--tickets-to: "${path}" cannot be created: ${reasonOf(error)}`);
    }
  }

  /** @param {string} path */
  static #continue(path) {
    try {
      const file = AppendFile.open(path);
      file.repair();
      return new TicketFile(file, path);
    } catch (error) {
      throw usage(`--tickets-to: "${path}" cannot be opened: ${reasonOf(error)}`);
    }
  }

  /**
   * Returns once the ticket is on the disk.
   * @param {Ticket} ticket
   */
  add(ticket) {
    try {
      this.#file.write(printableJson(ticket));
      this.#file.sync();
    } catch (error) {
      throw new Error(`a ticket cannot be written: ${reasonOf(error)}`, { cause: error });
    }
  }

  /** A file without tickets is removed, so that the same command can be repeated. */
  close() {
    const { isEmpty } = this.#file;
    this.#file.close();
    if (isEmpty) rmSync(this.#path, { force: true });
  }
}

/** @param {string} path */
export const ticketsExist = (path) =>
  usage(`--tickets-to: "${path}" exists, and is not overwritten: name another file`);
