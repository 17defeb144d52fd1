import { OptionError } from "../check-options.js";
import { SeedError } from "../seed/check.js";
import { placeInFile, UnreadableSeed } from "../seed/file.js";
import { CONTROL_KEY } from "./text.js";

/**
 * What the command calls the options of `startTenant`.
 * @type {Record<string, Record<string, string>>}
 */
const FLAGS = {
  startTenant: {
    host: "--host",
    port: "--port",
    origin: "--origin",
    plan: "--plan",
    clientId: "--client-id",
    clientSecret: "--client-secret",
    callbacks: "--callback",
    deleteDelay: "--delete-delay",
    deterministic: "--deterministic",
    customDomains: "--custom-domain",
  },
  control: { key: CONTROL_KEY, port: "--control-port", hosts: "--control-host" },
};

/**
 * An error of the tenant, in the words of the command: flags in place of options, and the line of a seed.
 * @param {unknown} error
 * @param {string | undefined} seed file
 * @returns {unknown}
 */
export function asCommand(error, seed) {
  if (error instanceof UnreadableSeed) return new TypeError(`--seed: ${error.message}`);
  if (error instanceof SeedError && seed !== undefined) {
    return new TypeError(placeInFile(seed, error.problems));
  }
  if (!(error instanceof OptionError)) return error;
  const { owner, key, reason } = error.refusal;
  const flag = FLAGS[owner]?.[key];
  // A flag that can be repeated has one value each time.
  return flag ? new TypeError(`${flag} ${reason.replace("must be a list of", "needs")}`) : error;
}
