import { suggest } from "../suggest.js";
import { badRequest } from "./errors.js";

/** @import { Core } from "../core.js" */
/** @import { Route } from "./route.js" */

/** @param {string} hint such as `Did you mean get_users?` */
export const listedRoutes = (hint) => `${hint} GET /routes lists all operations and routes`;

/**
 * Checks that the tenant has an operation: no request would ever match another one.
 * @param {Core} core
 * @param {string | undefined} operation
 */
export function checkOperation({ routes }, operation) {
  const known = routes.flatMap((route) => route.operation ?? []);
  if (operation === undefined || known.includes(operation)) return;
  throw badRequest({
    key: "operation",
    reason: `no operation is called "${operation}"`,
    fix: listedRoutes(suggest(operation, known)),
  });
}

/** @type {Route[]} */
export const operationRoutes = [
  { method: "GET", url: "/routes", handle: ({ tenant }) => ({ routes: tenant.routes }) },
];
