import { EXIT } from "./exit-codes.js";
import { Failure, usage } from "./failure.js";
import { printable } from "./printable.js";
import { ask, canAsk } from "./terminal.js";

/**
 * Asks before something is changed. Where nobody can be asked, only `--yes` counts as a yes.
 * @param {string} question
 * @param {{ yes?: boolean, input?: boolean }} options
 * @param {AbortSignal} signal
 */
export async function confirmChange(question, options, signal) {
  if (options.yes) return;
  if (!canAsk(options)) {
    throw usage(`${question} Nobody can be asked here: add --yes. Nothing was changed.`);
  }
  const { default: askYesOrNo } = await import("@inquirer/confirm");
  const message = printable(question);
  if (await ask((context) => askYesOrNo({ message, default: false }, context), signal)) return;
  throw new Failure("You said no: nothing was changed.", EXIT.stopped);
}
