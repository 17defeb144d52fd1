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

/** @typedef {{ seed?: string, host?: string, "control-port"?: string }} GivenFlags */

/**
 * Why the tenant cannot listen. Other errors remain as they are.
 * @param {unknown} error
 * @param {GivenFlags} flags
 */
function listenError(error, { host, "control-port": controlPort }) {
  const { code, port } = /** @type {NodeJS.ErrnoException & { port?: number }} */ (error);
  // The control plane is the last to listen, so it is the one that finds the port in use if both have the same.
  const flag = port === Number(controlPort) ? "--control-port" : "--port";
  if (code === "EADDRINUSE") {
    return new TypeError(`port ${port} is in use: choose another ${flag}, or stop what uses it`);
  }
  if (code === "EACCES") {
    return new TypeError(`port ${port} needs more rights: choose a ${flag} of 1024 or more`);
  }
  if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND" || code === "EAI_AGAIN") {
    return new TypeError(
      `--host: ${host} is not an address of this computer. Use 127.0.0.1 or 0.0.0.0`,
    );
  }
  return error;
}

/**
 * An error of the tenant, in the words of the command: flags in place of options, and the line of a seed.
 * @param {unknown} error
 * @param {GivenFlags} flags
 * @returns {unknown}
 */
export function asCommand(error, flags) {
  const { seed } = flags;
  if (error instanceof UnreadableSeed) return new TypeError(`--seed: ${error.message}`);
  if (error instanceof SeedError && seed !== undefined) {
    return new TypeError(placeInFile(seed, error.problems));
  }
  if (!(error instanceof OptionError)) return listenError(error, flags);
  const { owner, key, reason } = error.refusal;
  const flag = FLAGS[owner]?.[key];
  // A flag that can be repeated has one value each time.
  return flag ? new TypeError(`${flag} ${reason.replace("must be a list of", "needs")}`) : error;
}
