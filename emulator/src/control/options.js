import { checkOptions, RULES } from "../check-options.js";

/** @import { Rule } from "../check-options.js" */
/** @import { ControlOptions } from "../../index.js" */

const MIN_KEY_LENGTH = 16;
/** The key is checked apart from the others, because their errors quote the value. */
const KEY = /** @type {Rule} */ ([() => true, "a string"]);

/**
 * Checks the option `control` and applies its defaults.
 * @param {ControlOptions | undefined} given
 * @returns {Required<ControlOptions> | undefined}
 */
export function resolveControl(given) {
  if (given === undefined) return undefined;
  checkOptions("control", given, { key: KEY, port: RULES.port, hosts: RULES.texts });
  const { key, port = 0, hosts = [] } = given;
  if (typeof key !== "string" || key.length < MIN_KEY_LENGTH) {
    throw new TypeError(
      `The option "control.key" must be a string of at least ${MIN_KEY_LENGTH} characters: whoever has it controls the tenant. Generate one, for example with openssl rand -hex 16`,
    );
  }
  // What a header can carry, without spaces at its ends.
  if (!/^[\x21-\x7e]+$/.test(key)) {
    throw new TypeError('The option "control.key" must consist of printable ASCII without spaces');
  }
  return { key, port, hosts };
}
