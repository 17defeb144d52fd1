import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { defined } from "../defined.js";
import { readSeed } from "../seed/file.js";
import { startTenant } from "../tenant.js";
import { asCommand } from "./messages.js";
import { requestLine } from "./request-line.js";
import { CONTROL_KEY, describeTenant, USAGE } from "./text.js";

/** @import { ControlOptions, Plan, RecordedRequest, TenantOptions } from "../../index.js" */

/** @typedef {ReturnType<typeof parse>} Flags */

/**
 * `npx @archie/auth0-tenant-emulator`: a tenant that runs until Ctrl-C.
 * @param {string[]} args
 */
export async function run(args) {
  try {
    const flags = parse(args);
    if (flags.help) return void process.stdout.write(USAGE);
    await serve(flags);
  } catch (error) {
    process.stderr.write(`${/** @type {Error} */ (error).message}\n`);
    process.exitCode = 1;
  }
}

/** @param {string[]} args */
function parse(args) {
  const { values } = parseArgs({
    args,
    options: {
      port: { type: "string" },
      host: { type: "string" },
      seed: { type: "string" },
      https: { type: "boolean" },
      ca: { type: "string" },
      plan: { type: "string" },
      "client-id": { type: "string" },
      "client-secret": { type: "string" },
      callback: { type: "string", multiple: true },
      "delete-delay": { type: "string" },
      deterministic: { type: "string" },
      "custom-domain": { type: "string", multiple: true },
      origin: { type: "string" },
      control: { type: "boolean" },
      "control-port": { type: "string" },
      "control-host": { type: "string", multiple: true },
      quiet: { type: "boolean" },
      help: { type: "boolean" },
    },
  });
  return values;
}

/** @param {Flags} flags */
async function serve(flags) {
  if (flags.ca && !flags.https) throw new TypeError("--ca needs --https");
  const options = toOptions(flags);
  const tenant = await startTenant(options).catch((error) => {
    throw asCommand(error, flags);
  });
  try {
    if (flags.ca && tenant.ca) writeFileSync(flags.ca, tenant.ca);
  } catch (error) {
    // Otherwise the program would go on listening.
    await tenant.close();
    const { message } = /** @type {Error} */ (error);
    throw new TypeError(`--ca: the certificate cannot be written: ${message}. Name another file`);
  }
  process.stdout.write(describeTenant(tenant, flags.ca));
  for (const signal of ["SIGINT", "SIGTERM"]) {
    process.once(signal, () => tenant.close());
  }
}

/**
 * @param {Flags} flags
 * @returns {TenantOptions}
 */
function toOptions(flags) {
  const inColour = Boolean(process.stdout.isTTY && !process.env.NO_COLOR);
  const log = (/** @type {RecordedRequest} */ request) => {
    process.stdout.write(requestLine(request, inColour));
  };
  return defined({
    host: flags.host,
    port: number(flags.port, "--port"),
    seed: flags.seed === undefined ? undefined : seedOf(flags.seed),
    https: flags.https,
    plan: /** @type {Plan | undefined} */ (flags.plan),
    clientId: flags["client-id"],
    clientSecret: flags["client-secret"],
    callbacks: flags.callback,
    deleteDelay: number(flags["delete-delay"], "--delete-delay"),
    deterministic: flags.deterministic,
    customDomains: flags["custom-domain"],
    origin: flags.origin,
    control: controlOf(flags),
    onRequest: flags.quiet ? undefined : log,
  });
}

/** @param {string} file */
function seedOf(file) {
  try {
    return readSeed(file);
  } catch (error) {
    throw asCommand(error, { seed: file });
  }
}

/**
 * The key is not a flag, because others can see the flags of a running program.
 * @param {Flags} flags
 * @returns {ControlOptions | undefined}
 */
function controlOf({ control, "control-port": port, "control-host": hosts }) {
  if (!control && port === undefined && hosts === undefined) return undefined;
  const key = process.env[CONTROL_KEY];
  if (!key) {
    const others = port === undefined ? "--control-host" : "--control-port";
    throw new TypeError(
      `${control ? "--control" : others} needs a key of at least 16 characters in the environment: ${CONTROL_KEY}=$(openssl rand -hex 16)`,
    );
  }
  return { key, ...defined({ port: number(port, "--control-port") }), ...(hosts && { hosts }) };
}

/**
 * @param {string | undefined} text
 * @param {string} flag
 */
function number(text, flag) {
  if (text === undefined) return undefined;
  if (!/^\d{1,9}$/.test(text)) throw new TypeError(`${flag} needs a number, not "${text}"`);
  return Number(text);
}
