import { existsSync, rmSync } from "node:fs";
import { resolve } from "node:path";
import { usage } from "../failure.js";
import { Journal, journalExists } from "../journal/journal.js";
import { lock } from "../journal/lock.js";
import { JournalState } from "../journal/state.js";
import { note } from "../terminal.js";
import { TicketFile, ticketsExist } from "./tickets.js";

/**
 * @import { Task } from "../journal/journal.js"
 * @import { List, Outcome, Record_ } from "../journal/records.js"
 * @import { Ticket } from "./tickets.js"
 */
/** @typedef {{ out?: string, resume?: boolean, retryFailed?: boolean, ticketsTo?: string }} FileOptions */

const OTHER_LIST =
  "warning: the list has changed since the run was begun: its journal will contain the users of both lists.";

/** The files that a run writes: its journal, if there is one, and its tickets. */
export class RunJournal {
  /** What an earlier run has done. */
  state = new JournalState();
  /** When the run was first started. */
  started = new Date();
  /** @type {Journal | undefined} */
  #journal;
  /** @type {TicketFile | undefined} */
  #tickets;
  /** @type {(() => void) | undefined} */
  #unlock;
  /** A journal without a user, which would only be in the way of the next attempt. */
  #isUseless = false;
  /** By this process; a run that is resumed may have written others. */
  ticketsWritten = 0;
  #options;
  #task;

  /**
   * @param {FileOptions} options
   * @param {Task} task
   */
  constructor(options, task) {
    this.#options = options;
    this.#task = task;
  }

  /** Takes the lock and reads the journal of a run that is resumed. Nothing is begun yet. */
  async open() {
    const { out, resume, retryFailed, ticketsTo } = this.#options;
    if (retryFailed && !resume) throw usage("--retry-failed continues a run: add --resume");
    if (resume && out === undefined)
      throw usage("--resume needs the journal to continue: --out FILE");
    if (!resume && ticketsTo !== undefined && existsSync(ticketsTo)) throw ticketsExist(ticketsTo);
    if (!resume && out !== undefined && existsSync(out)) throw journalExists(out);
    if (out === undefined) return;
    this.#unlock = lock(out);
    if (resume) await this.#read(out);
  }

  /** Creates what does not exist yet: the last step before users are passed on. */
  begin(/** @type {List | undefined} */ list) {
    const { out } = this.#options;
    if (this.state.header) return this.#continue(list);
    if (out !== undefined) {
      this.#isUseless = !this.#journal;
      this.#journal ??= Journal.create(out);
      this.#journal.begin(this.#task, this.started, { tickets: this.#ticketPath, list });
    }
    this.#openTickets();
  }

  /** @param {Record_ | Outcome} record */
  append(record) {
    if (record.type === "intent") this.#isUseless = false;
    this.#journal?.append(record);
  }

  get hasTickets() {
    return this.#tickets !== undefined;
  }

  /** @param {Ticket} ticket */
  addTicket(ticket) {
    this.#tickets?.add(ticket);
    this.ticketsWritten += 1;
  }

  close() {
    try {
      this.#tickets?.close();
      this.#journal?.close();
      if (this.#isUseless) rmSync(String(this.#options.out));
    } finally {
      this.#unlock?.();
    }
  }

  /** @param {string} out */
  async #read(out) {
    const { journal, state, cutOff } = await Journal.resume(out, this.#task);
    this.#journal = journal;
    this.state = state;
    if (state.header) this.started = new Date(state.header.started);
    if (cutOff > 0) note(`"${out}" ended within a line: ${cutOff} bytes were cut off.`);
  }

  /** @param {List | undefined} list */
  #continue(list) {
    const before = this.state.list;
    if (before && list && before.digest !== list.digest) note(OTHER_LIST);
    this.#openTickets();
    const tickets = this.#ticketPath;
    this.append({ type: "resumed", at: new Date().toISOString(), tickets, list });
  }

  get #ticketPath() {
    return this.#options.ticketsTo && resolve(this.#options.ticketsTo);
  }

  /** A resumed run continues the file of its tickets. */
  #openTickets() {
    const path = this.#ticketPath;
    if (path === undefined) return;
    const mayExist = this.state.ticketFiles.has(path);
    this.#tickets = TicketFile.open(path, { mayExist });
  }
}
