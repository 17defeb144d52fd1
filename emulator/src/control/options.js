import { badOption, checkOptions, RULES } from "../check-options.js";
import { isAddressable } from "../formats.js";

/** @import { Rule } from "../check-options.js" */
/** @import { ControlOptions } from "../../index.js" */

const MIN_KEY_LENGTH = 16;
const GENERATE = "Generate one, for example with openssl rand -hex 16";
/** The key is checked apart from the others, because their errors quote the value. */
const KEY = /** @type {Rule} */ ([() => true, "a string"]);

/** What the `Host` header can name: it is compared without its port. */
const HOSTS = /** @type {Rule} */ ([
  (value) =>
    Array.isArray(value) && value.every((name) => typeof name === "string" && isAddressable(name)),
  "a list of host names without a scheme, a port or a wildcard, such as auth0",
]);

/**
 * Checks the option `control` and applies its defaults.
 * @param {ControlOptions | undefined} given
 * @returns {Required<ControlOptions> | undefined}
 */
export function resolveControl(given) {
  if (given === undefined) return undefined;
  checkOptions("control", given, { key: KEY, port: RULES.port, hosts: HOSTS });
  const { key, port = 0, hosts = [] } = given;
  if (typeof key !== "string" || key.length < MIN_KEY_LENGTH) {
    const reason = `must be a string of at least ${MIN_KEY_LENGTH} characters: whoever has it controls the tenant. ${GENERATE}`;
    throw badOption("control", "key", reason);
  }
  // What a header can carry, without spaces at its ends.
  if (!/^[\x21-\x7e]+$/.test(key)) {
    throw badOption(
      "control",
      "key",
      `must consist of printable ASCII without spaces. ${GENERATE}`,
    );
  }
  return { key, port, hosts };
}
