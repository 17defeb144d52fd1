import {
  Auth0UserSecurityError,
  ConfigurationError,
  FeatureUnavailableError,
  InsufficientScopeError,
} from "@archie/auth0-user-security";
import { CommanderError } from "commander";
import { withSeedAttached } from "./embedded-tenant.js";
import { EXIT } from "./exit-codes.js";
import { Failure, Interrupted } from "./failure.js";
import { messageOf } from "./messages.js";
import { listenToStreams } from "./output/stdout.js";
import { createProgram } from "./program.js";
import { note } from "./terminal.js";

/**
 * Runs the command line and sets the exit code.
 * @param {string[]} args
 */
export async function main(args) {
  listenToStreams();
  try {
    await createProgram().parseAsync(withSeedAttached(args), { from: "user" });
  } catch (error) {
    process.exitCode = exitCodeOf(error);
    if (error instanceof Interrupted) note(`${error.sentence}.`);
    // Commander has printed its message, or the help that was asked for.
    else if (!(error instanceof CommanderError)) note(`error: ${messageOf(error)}`);
  }
}

/** @param {unknown} error */
function exitCodeOf(error) {
  if (error instanceof Failure) return error.exitCode;
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  const { code } = /** @type {NodeJS.ErrnoException} */ (error);
  if (CONFIGURATION.some((type) => type.isInstance(error))) return EXIT.configuration;
  if (Auth0UserSecurityError.isInstance(error)) return EXIT.someFailed;
  return code?.startsWith("ERR_INVALID") ? EXIT.usage : EXIT.stopped;
}

const CONFIGURATION = [ConfigurationError, InsufficientScopeError, FeatureUnavailableError];
