import { isFailed } from "../journal/records.js";

/**
 * @import { Outcome } from "../journal/records.js"
 * @import { RowStream } from "../output/stream-rows.js"
 * @import { Feed } from "./feed.js"
 * @import { RunJournal } from "./run-journal.js"
 */
/** @typedef {{ journal: RunJournal, feed: Feed, rows: RowStream<any> }} Destinations */

/** Writes what became of each user: first the ticket, then the journal, then the output. */
export class Recorder {
  /** How many results are in the journal. */
  recorded = 0;
  /** How many users failed in this run. */
  failures = 0;
  /** How many users have each risk, if the command assesses it. @type {Record<string, number>} */
  risks = {};
  /** How many blocked users can still use a session. */
  liveSessions = 0;
  #to;

  /** @param {Destinations} to */
  constructor(to) {
    this.#to = to;
  }

  /**
   * @param {Record<string, any>} result of the library
   * @throws {Error} if it cannot be written
   */
  async add(result) {
    const { journal, feed, rows } = this.#to;
    const { index, user: _, passwordResetUrl, ...rest } = result;
    const user = feed.pending.get(index) ?? result.user;
    if (passwordResetUrl !== undefined) journal.addTicket(ticketOf(result));
    const doubt = this.#doubt(user, result);
    /** @type {Outcome} */
    const outcome = { type: "outcome", user, ...rest, ...doubt };
    journal.append(outcome);
    feed.pending.delete(index);
    this.recorded += 1;
    if (isFailed(result)) this.failures += 1;
    if (result.sessions === "live") this.liveSessions += 1;
    const { riskLevel } = result;
    if (riskLevel !== undefined) this.risks[riskLevel] = (this.risks[riskLevel] ?? 0) + 1;
    const { type: __, ...row } = outcome;
    await rows.add(row);
  }

  /**
   * A second ticket for one user is worth knowing about, and so is a first one although a repetition failed; a second
   * revocation is not.
   * @param {import("../users/reference.js").User} user
   * @param {Record<string, any>} result
   */
  #doubt(user, { userId, skipped }) {
    const { journal } = this.#to;
    if (!journal.hasTickets || skipped !== undefined) return {};
    return journal.state.mayHaveChanged(user, userId) ? { mayHaveBeenIssued: true } : {};
  }
}

/** @param {Record<string, any>} result */
function ticketOf({
  user,
  userId,
  userEmail,
  passwordResetUrl,
  expiresAt,
  passwordResetExpiresAt,
}) {
  const email = userEmail ?? user.email;
  return { userId, email, passwordResetUrl, expiresAt: expiresAt ?? passwordResetExpiresAt };
}
