import { readFileSync } from "node:fs";
import { parseEnv } from "node:util";
import { EXIT } from "./exit-codes.js";
import { Failure, reasonOf, usage } from "./failure.js";
import { ask, canAsk } from "./terminal.js";

/** @typedef {{ domain: string, clientId: string, clientSecret: string, audience?: string }} Credentials */

const REQUIRED = ["AUTH0_DOMAIN", "AUTH0_CLIENT_ID", "AUTH0_CLIENT_SECRET"];

/**
 * From the environment, or from `--env` alone: secrets of two tenants must not mix. What is missing is asked for.
 * @param {{ env?: string, input?: boolean }} options
 * @returns {Promise<Credentials>}
 */
export async function readCredentials(options) {
  const found = options.env === undefined ? process.env : readEnvFile(options.env);
  const missing = REQUIRED.filter((name) => !found[name]);
  if (missing.length > 0 && !canAsk(options)) throw missingCredentials(missing, options.env);
  /** @type {Record<string, string | undefined>} */
  const values = { ...found };
  for (const name of missing) values[name] = await askFor(name);
  return {
    domain: String(values.AUTH0_DOMAIN),
    clientId: String(values.AUTH0_CLIENT_ID),
    clientSecret: String(values.AUTH0_CLIENT_SECRET),
    ...(values.AUTH0_AUDIENCE && { audience: values.AUTH0_AUDIENCE }),
  };
}

/**
 * @param {string[]} names
 * @param {string | undefined} file
 */
function missingCredentials(names, file) {
  const place = file === undefined ? "the environment" : `"${file}"`;
  const fix = "set them there, name a file with --env, or try --emulator";
  return new Failure(`${names.join(", ")} missing in ${place}: ${fix}`, EXIT.configuration);
}

/**
 * @param {string} file
 * @returns {Record<string, string | undefined>}
 */
function readEnvFile(file) {
  try {
    return /** @type {Record<string, string>} */ (parseEnv(readFileSync(file, "utf8")));
  } catch (error) {
    throw usage(`--env: "${file}" cannot be read: ${reasonOf(error)}`);
  }
}

/** @param {string} name */
async function askFor(name) {
  const message = `${name}:`;
  if (name === "AUTH0_CLIENT_SECRET") {
    const { default: askSecret } = await import("@inquirer/password");
    return ask((context) => askSecret({ message, mask: true }, context));
  }
  const { default: askText } = await import("@inquirer/input");
  return ask((context) => askText({ message, required: true }, context));
}
