import { usage } from "../failure.js";
import { withChange, withUser } from "../options.js";
import { printResult, printRows } from "../output/print-rows.js";
import { forUser } from "./one-user.js";

/**
 * @import { Command } from "commander"
 * @import { UserApplication, UserAuthenticationMethod, UserFactor } from "@archie/auth0-user-security"
 */
/**
 * @template T
 * @typedef {import("../output/columns.js").Column<T>} Column
 */

/** @type {Column<UserAuthenticationMethod>[]} */
const METHODS = [
  { key: "provider", title: "Provider", of: ({ provider }) => provider },
  { key: "id", title: "Id", of: ({ id }) => id },
  { key: "username", title: "Name", of: ({ username }) => username },
  { key: "connection", title: "Connection", of: ({ connection }) => connection },
  { key: "isPrimary", title: "Primary", of: ({ isPrimary }) => isPrimary },
  { key: "isSocial", title: "Social", of: ({ isSocial }) => isSocial },
  { key: "email", of: ({ email }) => email },
  { key: "emailVerified", of: ({ emailVerified }) => emailVerified },
];

/** @type {Column<UserFactor>[]} */
const FACTORS = [
  { key: "id", title: "Factor", of: ({ id }) => id },
  { key: "type", title: "Type", of: ({ type }) => type },
  {
    key: "name",
    title: "Name",
    of: ({ name, email, phoneNumber }) => name ?? email ?? phoneNumber,
  },
  { key: "confirmed", title: "Confirmed", of: ({ confirmed }) => confirmed },
  { key: "createdAt", title: "Since", of: ({ createdAt }) => createdAt },
  { key: "lastUsedAt", title: "Last used", of: ({ lastUsedAt }) => lastUsedAt },
];

/** @type {Column<UserApplication>[]} */
const APPLICATIONS = [
  { key: "clientId", title: "Application", of: ({ clientId }) => clientId },
  { key: "refreshTokens", title: "Refresh tokens", of: ({ refreshTokens }) => refreshTokens },
  {
    key: "devices",
    title: "Devices",
    of: ({ devices }) => devices.map(({ os, browser }) => `${browser} on ${os}`),
  },
  { key: "lastUsedAt", title: "Last used", of: ({ lastUsedAt }) => lastUsedAt },
  { key: "audiences", of: ({ audiences }) => audiences },
];

/** @param {Command} program */
export function addMethods(program) {
  const methods = program.command("methods").description("sign-in methods of one user");
  withUser(methods.command("list"))
    .description("the sign-in methods, the primary one first")
    .action(listMethods);
  withChange(withUser(methods.command("disconnect")))
    .argument("<provider>", "such as github")
    .argument("<id>", "id of the identity")
    .description("turn a connected account into a separate one")
    .action(disconnect);
}

/** @param {Command} program */
export function addFactors(program) {
  const factors = program.command("factors").description("second factors and passkeys of one user");
  withUser(factors.command("list")).description("the enrolled factors").action(listFactors);
  withChange(withUser(factors.command("remove")))
    .argument("[factor]", "id of the factor")
    .description("remove a factor")
    .option("--every", "remove all factors")
    .option("--allow-last", "even if no factor is left")
    .action(removeFactor);
}

/** @param {Command} program */
export function addApps(program) {
  const apps = program
    .command("apps")
    .description("applications that hold refresh tokens of one user");
  withUser(apps.command("list"))
    .description("the applications, with their devices")
    .action(listApps);
  withChange(withUser(apps.command("revoke")))
    .argument("<application>", "client id")
    .description("revoke the refresh tokens of an application")
    .action(revokeApp);
}

/** @type {(name: string, options: any) => Promise<void>} */
function listMethods(name, options) {
  return forUser(name, options, async ({ service, user, call }) => {
    const rows = await service.findUserAuthenticationMethods(user, call);
    await printRows(METHODS, rows, options, "There are no sign-in methods.");
  });
}

/** @type {(name: string, provider: string, id: string, options: any) => Promise<void>} */
function disconnect(name, provider, id, options) {
  const question = `Disconnect ${provider} account ${id} from ${name}?`;
  return forUser(
    name,
    options,
    async ({ service, user, call }) => {
      const rows = await service.disconnectSecondaryAccount(user, { provider, id }, call);
      await printRows(METHODS, rows, options, "There are no sign-in methods.");
    },
    question,
  );
}

/** @type {(name: string, options: any) => Promise<void>} */
function listFactors(name, options) {
  return forUser(name, options, async ({ service, user, call }) => {
    await printRows(FACTORS, await service.findUserFactors(user, call), options, NO_FACTORS);
  });
}

const NO_FACTORS = "There are no factors.";

/** @type {(name: string, factor: string | undefined, options: any) => Promise<void>} */
function removeFactor(name, factor, options) {
  if ((factor === undefined) === !options.every)
    throw usage("name a factor, or use --every to remove all");
  const question = `Remove ${options.every ? "every factor" : `factor ${factor}`} of ${name}?`;
  return forUser(
    name,
    options,
    async ({ service, user, call }) => {
      const how = { ...call, allowLast: options.allowLast };
      if (factor !== undefined) {
        return printRows(
          FACTORS,
          await service.removeUserFactor(user, factor, how),
          options,
          NO_FACTORS,
        );
      }
      const removed = await service.removeAllUserFactors(user, how);
      await printResult({ removed }, `${removed} factors were removed.`, options);
    },
    question,
  );
}

/** @type {(name: string, options: any) => Promise<void>} */
function listApps(name, options) {
  return forUser(name, options, async ({ service, user, call }) => {
    const rows = await service.findUserApplications(user, call);
    await printRows(APPLICATIONS, rows, options, "No application holds refresh tokens.");
  });
}

/** @type {(name: string, clientId: string, options: any) => Promise<void>} */
function revokeApp(name, clientId, options) {
  const question = `Revoke the refresh tokens of application ${clientId} for ${name}?`;
  return forUser(
    name,
    options,
    async ({ service, user, call }) => {
      const revoked = await service.revokeUserApplication(user, { clientId }, call);
      await printResult({ revoked }, `${revoked} refresh tokens were revoked.`, options);
    },
    question,
  );
}
