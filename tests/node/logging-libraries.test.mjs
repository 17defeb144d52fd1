// Common loggers print the library's lines as they are written.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PEOPLE, SESSIONS } from "@archie/auth0-tenant-emulator";
import { configOf, runProgram } from "../../test-support/child.mjs";
import { recordingLogger } from "../../test-support/logger.mjs";
import { held, scriptedServer } from "../../test-support/scripted-server.mjs";
import { rejection, serviceFor, tenantOf } from "../../test-support/service.mjs";

/** The source of a program that creates `logger`, and what surrounds a line in its output. */
const LIBRARIES = {
  console: { source: "const logger = console;", info: /^/m },
  winston: {
    source: `
      import { createLogger, transports } from "winston";
      const logger = createLogger({ transports: [new transports.Console()] });`,
    info: /"level":"info"/,
    warn: /"level":"warn"/,
  },
  pino: {
    source: `
      import pino from "pino";
      const logger = pino();`,
    info: /"level":30/,
    warn: /"level":40/,
  },
  "NestJS Logger": {
    source: `
      import "reflect-metadata";
      import { Logger } from "@nestjs/common";
      const logger = new Logger("UserSecurity");`,
    info: /\[Nest\].* LOG .*\[UserSecurity\]/,
    warn: /\[Nest\].* WARN .*\[UserSecurity\]/,
  },
};

/** A security action with everything that it logs. */
const ACTION = `
  import { Auth0UserSecurityService } from "@archie/auth0-user-security";
  const service = new Auth0UserSecurityService({ ...input.config, logLevel: "info" }, logger);
  await service.revokeUserSession(input.user, input.session);
`;
/** Without delete:refresh_tokens every revocation logs a warning. */
const SCOPES = ["read:users", "read:sessions", "delete:sessions"];
const SESSION = { user: PEOPLE.ada, session: SESSIONS.adaIphone };

async function output(t, source) {
  const tenant = await tenantOf(t, { scopes: SCOPES });
  const program = `${source}\n${ACTION}`;
  const input = { config: configOf(tenant), ...SESSION };
  const { code, stdout, stderr } = await runProgram(program, input, { NO_COLOR: "1" });
  assert.equal(code, 0, stderr);
  return `${stdout}${stderr}`;
}

for (const [name, { source, info, warn = info }] of Object.entries(LIBRARIES)) {
  test(`${name} prints warnings and audit lines, each at its level`, async (t) => {
    const printed = await output(t, source);
    const lineWith = (text) => printed.split("\n").find((line) => line.includes(text)) ?? "";
    assert.match(lineWith("Refresh tokens of the revoked session stay valid"), warn, printed);
    assert.match(lineWith("audit: session.revoke success"), info, printed);
  });
}

for (const name of Object.keys(LIBRARIES)) {
  test(`${name} prints the details of a line too`, async (t) => {
    const printed = await output(t, LIBRARIES[name].source);
    for (const id of Object.values(SESSION)) assert.ok(printed.includes(id), printed);
  });
}

test("a line arrives while its call is still running", async (t) => {
  const user = held();
  const server = await scriptedServer(t, { api: () => user.promise });
  const logger = recordingLogger();
  let isDone = false;
  const service = serviceFor(server, {}, logger);
  const done = rejection(service.connectSecondaryAccount("auth0|a", "github", "token")).then(() => {
    isDone = true;
  });
  await logger.count(1);
  assert.equal(isDone, false);
  user.release({ status: 404 });
  await done;
});

for (const [name, source] of Object.entries({
  "pino on a stream that throws": `
    import pino from "pino";
    const logger = pino({ write() { throw new Error("disk full"); } });`,
  "winston that was closed": `
    import { createLogger, transports } from "winston";
    const logger = createLogger({ transports: [new transports.Console()] });
    logger.on("error", () => {});
    logger.end();`,
  "a NestJS Logger that throws": `
    import { Logger } from "@nestjs/common";
    Logger.overrideLogger({ log() { throw 1; }, warn() { throw 2; }, error() { throw 3; } });
    const logger = new Logger("UserSecurity");`,
  "a logger whose methods reject": `
    const logger = { warn: () => Promise.reject(new Error("full")), error() {}, async log() { throw 1; } };`,
  "a logger without info, debug and log": `
    const logger = { warn() { throw new Error("no"); }, error() { throw new Error("no"); } };`,
})) {
  test(`${name} breaks no call`, async (t) => {
    await output(t, source);
  });
}
