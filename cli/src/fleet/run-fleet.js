import { confirmChange } from "../confirm.js";
import { EXIT } from "../exit-codes.js";
import { Failure, usage } from "../failure.js";
import { abortable, interruptible } from "../interrupts.js";
import { isFailed } from "../journal/records.js";
import { streamRows } from "../output/stream-rows.js";
import { withService } from "../service.js";
import { selectionAsGiven } from "../users/selector.js";
import { sourceOf } from "../users/source.js";
import { conclude } from "./conclude.js";
import { Feed, unlessEmpty } from "./feed.js";
import { showProgress } from "./progress.js";
import { Recorder } from "./recorder.js";
import { RunJournal } from "./run-journal.js";

/**
 * @import { Auth0UserSecurityService, FleetOptions, FleetResult, FleetRun, FleetUsers } from "@archie/auth0-user-security"
 * @import { ConnectionOptions } from "../service.js"
 * @import { Column } from "../output/columns.js"
 * @import { OutputOptions } from "../output/print-rows.js"
 * @import { Source, SourceOptions } from "../users/source.js"
 * @import { FileOptions } from "./run-journal.js"
 */
/**
 * @typedef {ConnectionOptions & OutputOptions & SourceOptions & FileOptions & { concurrency?: number, actor?: string,
 *   stopOnError?: boolean, stopAfterFailures?: number, dryRun?: boolean, retryFailed?: boolean, yes?: boolean,
 *   allowIncomplete?: boolean }} FleetCommandOptions
 */
/**
 * What distinguishes the commands for many users.
 * @typedef {object} FleetCommand
 * @property {string} command as in the journal
 * @property {(who: string) => string} [question] asked before anything is changed; none for a command that only reads
 * @property {"bulkRevokeUserSessions" | "bulkBlockUsers" | "bulkGeneratePasswordChangeTickets" |
 *   "generateSecurityAuditReport" | "emergencySecurityResponse"} method of the library
 * @property {Record<string, unknown>} settings the method's own options; a resumed run needs the same
 * @property {Column<any>[]} columns
 */

/**
 * Runs a method of the library for many users, and records what becomes of each.
 * @param {FleetCommand} command
 * @param {string[]} args users
 * @param {FleetCommandOptions} options
 */
export async function runFleet(command, args, options) {
  process.exitCode = await interruptible((signal) =>
    withService(options, async ({ service, tenant }) => {
      const task = { command: command.command, tenant, options: meaningOf(command, options) };
      const journal = new RunJournal(options, task);
      try {
        await journal.open();
        const source = await sourceOf(args, options, { service, signal, now: journal.started });
        return await runOver(command, { service, tenant, source, journal, options, signal });
      } finally {
        journal.close();
        // Where its writer goes on, an open pipe would keep the process alive.
        process.stdin.destroy();
      }
    }),
  );
}

/**
 * @typedef {object} Context
 * @property {Auth0UserSecurityService} service
 * @property {string} tenant
 * @property {Source} source
 * @property {RunJournal} journal
 * @property {FleetCommandOptions} options
 * @property {AbortSignal} signal
 */

/**
 * @param {FleetCommand} command
 * @param {Context} context
 */
async function runOver(command, context) {
  const { source, journal, options, signal } = context;
  const users = await abortable(unlessEmpty(source.users), signal);
  if (!users) throw usage(`${source.nobody} Nothing was done.`);
  await requireToken(context.service, signal);
  await ask(command, context);
  const { total, digest } = source;
  journal.begin(total === undefined || digest === undefined ? undefined : { total, digest });
  const feed = new Feed(journal, options, signal);
  const rows = streamRows(command.columns, options, isFailed);
  const run = start(context.service, command, feed.run(users), options);
  const recorder = new Recorder({ journal, feed, rows });
  const stop = await consume(run, recorder, { ...context, feed });
  return conclude(await run.summary, { ...context, feed, recorder, rows, stop });
}

/**
 * Wrong credentials are found before the first user, who would otherwise have an outcome because of them.
 * @param {Auth0UserSecurityService} service
 * @param {AbortSignal} signal
 */
async function requireToken(service, signal) {
  // Checking one method takes no request but the one for the token, whose scopes are not judged here.
  const { findings } = await service.checkConfiguration({ methods: ["blockUser"], signal });
  const refused = findings.find(({ check, ok }) => !ok && ["token", "audience"].includes(check));
  if (refused) throw new Failure(`${refused.message} Nothing was changed.`, EXIT.configuration);
}

/**
 * @param {Auth0UserSecurityService} service
 * @param {FleetCommand} command
 * @param {FleetUsers} users
 * @param {FleetCommandOptions} options
 */
function start(service, command, users, options) {
  // The methods differ in their options, which the command line has read for this one.
  const method =
    /** @type {(users: FleetUsers, how: FleetOptions) => FleetRun<FleetResult, unknown>} */ (
      service[command.method]
    );
  return method.call(service, users, fleetOptions(command, options));
}

/**
 * @param {FleetRun<FleetResult, unknown>} run
 * @param {Recorder} recorder
 * @param {Context & { feed: Feed }} context
 * @returns {Promise<unknown>} why the run did not reach its end; undefined if it did
 */
async function consume(run, recorder, { source, options, signal, feed }) {
  const cancel = () => run.cancel(signal.reason);
  signal.addEventListener("abort", cancel);
  if (signal.aborted) cancel();
  const writesToTerminal = Boolean((options.json || options.csv) && process.stdout.isTTY);
  const before = () => feed.before;
  const hideProgress = showProgress(run, { total: source.total, before, writesToTerminal });
  try {
    for await (const result of run) {
      await recorder.add(result).catch((error) => run.cancel(error));
    }
  } catch (error) {
    return error;
  } finally {
    hideProgress();
    signal.removeEventListener("abort", cancel);
  }
}

/**
 * @param {FleetCommand} command
 * @param {Context} context
 */
async function ask({ question }, { source, tenant, options, signal }) {
  if (!question || options.dryRun) return;
  const input = source.usesStdin ? false : options.input;
  const whole = `${question(source.description)} Tenant: ${tenant}.`;
  await confirmChange(whole, { yes: options.yes, input }, signal);
}

/**
 * @param {FleetCommand} command
 * @param {FleetCommandOptions} options
 */
function fleetOptions({ settings }, options) {
  const { concurrency, actor, stopOnError, stopAfterFailures, dryRun, timeout } = options;
  const timeoutMs = timeout && timeout * 1000;
  return { ...settings, concurrency, actor, stopOnError, stopAfterFailures, dryRun, timeoutMs };
}

/**
 * The options that change what is done, or to whom.
 * @param {FleetCommand} command
 * @param {FleetCommandOptions} options
 */
function meaningOf({ settings }, options) {
  return { ...settings, dryRun: options.dryRun, selection: selectionAsGiven(options) };
}
