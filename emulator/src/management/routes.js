import { authenticationMethodOperations } from "./authentication-methods.js";
import { deviceCredentialOperations } from "./device-credentials.js";
import { grantOperations } from "./grants.js";
import { identityOperations } from "./identities.js";
import { logSearchOperations } from "./log-search.js";
import { logOperations } from "./logs.js";
import { perform } from "./operation.js";
import { organizationOperations } from "./organizations.js";
import { refreshTokenOperations } from "./refresh-tokens.js";
import { revokeAccessOperations } from "./revoke-access.js";
import { sessionOperations } from "./sessions.js";
import { ticketOperations } from "./tickets.js";
import { userBlockOperations } from "./user-blocks.js";
import { userExportOperations } from "./user-exports.js";
import { userSearchOperations } from "./user-search.js";
import { userWriteOperations } from "./user-writes.js";
import { userOperations } from "./users.js";
import { verificationEmailOperations } from "./verification-email.js";

/** @import { FastifyInstance } from "fastify" */
/** @import { Core } from "../core.js" */
/** @import { Request } from "../http.js" */

const PREFIX = "/api/v2";

const operations = [
  ...userOperations,
  ...userSearchOperations,
  ...userWriteOperations,
  ...identityOperations,
  ...sessionOperations,
  ...refreshTokenOperations,
  ...revokeAccessOperations,
  ...grantOperations,
  ...deviceCredentialOperations,
  ...ticketOperations,
  ...verificationEmailOperations,
  ...userExportOperations,
  ...authenticationMethodOperations,
  ...userBlockOperations,
  ...logOperations,
  ...logSearchOperations,
  ...organizationOperations,
];

/** Every scope that an operation asks of a machine. */
export const MANAGEMENT_SCOPES = [
  ...new Set(operations.flatMap((operation) => operation.scopes)),
].filter((scope) => !scope.includes("current_user"));

/**
 * @param {FastifyInstance} app
 * @param {Core} core
 */
export function managementRoutes(app, core) {
  for (const operation of operations) {
    app.route({
      method: operation.method,
      url: PREFIX + operation.path,
      config: { operation: operation.id, api: "management" },
      handler: async (request, reply) => {
        const result = await perform(core, operation, /** @type {Request} */ (request));
        const { status, headers, body } = result;
        reply.code(status).headers(headers);
        if (body === undefined) return reply.send();
        reply.header("content-type", "application/json; charset=utf-8");
        return reply.send(JSON.stringify(body));
      },
    });
  }
}
