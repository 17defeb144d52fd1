import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { readSeed } from "../seed/file.js";
import { startTenant } from "../tenant.js";
import { requestLine } from "./request-line.js";
import { describeTenant, USAGE } from "./text.js";

const FLAGS = {
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
  quiet: { type: "boolean" },
  help: { type: "boolean" },
};

/** `npx @archie/auth0-tenant-emulator`: a tenant until Ctrl-C. */
export async function run(args) {
  try {
    const { values } = parseArgs({ args, options: FLAGS });
    if (values.help) return void process.stdout.write(USAGE);
    await serve(values);
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}

async function serve(values) {
  if (values.ca && !values.https) throw new TypeError("--ca needs --https");
  const tenant = await startTenant(toOptions(values));
  if (values.ca && tenant.ca) writeFileSync(values.ca, tenant.ca);
  process.stdout.write(describeTenant(tenant, values.ca));
  for (const signal of ["SIGINT", "SIGTERM"]) {
    process.once(signal, () => tenant.close());
  }
}

function toOptions(values) {
  const colour = process.stdout.isTTY && !process.env.NO_COLOR;
  const options = {
    host: values.host,
    port: number(values.port, "--port"),
    seed: values.seed && readSeed(values.seed),
    https: values.https,
    plan: values.plan,
    clientId: values["client-id"],
    clientSecret: values["client-secret"],
    callbacks: values.callback,
    deleteDelay: number(values["delete-delay"], "--delete-delay"),
    deterministic: values.deterministic,
    onRequest: values.quiet
      ? undefined
      : (request) => process.stdout.write(requestLine(request, colour)),
  };
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

function number(text, flag) {
  if (text === undefined) return undefined;
  if (!/^\d{1,9}$/.test(text)) throw new TypeError(`${flag} needs a number, not "${text}"`);
  return Number(text);
}
