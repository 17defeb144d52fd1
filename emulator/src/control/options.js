/** @import { ControlOptions } from "../../index.js" */

const MIN_KEY_LENGTH = 16;
const KNOWN = ["key", "port", "hosts"];

/**
 * Checks the option `control` and applies its defaults.
 * @param {ControlOptions | undefined} given
 * @returns {Required<ControlOptions> | undefined}
 */
export function resolveControl(given) {
  if (given === undefined) return undefined;
  if (typeof given !== "object" || given === null) {
    throw new TypeError('The option "control" must be an object with a key: control: { key }');
  }
  for (const name of Object.keys(given)) {
    if (KNOWN.includes(name)) continue;
    throw new TypeError(`Unknown option "control.${name}". Known: ${KNOWN.join(", ")}`);
  }
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
