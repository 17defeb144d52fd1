import { clockRoutes } from "./clock.js";
import { faultRoutes } from "./faults.js";
import { loginRoutes } from "./logins.js";
import { operationRoutes } from "./operations.js";
import { requestRoutes } from "./requests.js";
import { rowRoutes } from "./rows.js";
import { seedRoutes } from "./seeds.js";

/** @import { Route } from "./route.js" */

/** @type {Route[]} */
export const routes = [
  {
    method: "GET",
    url: "/health",
    handle: () => ({ status: "ok" }),
  },
  {
    method: "GET",
    url: "/tenant",
    handle: ({ tenant }) => {
      const { domain, url, issuer, audience, clientId, clientSecret, exportsUrl, ca } = tenant;
      return { domain, url, issuer, audience, clientId, clientSecret, exportsUrl, ca };
    },
  },
  ...seedRoutes,
  ...rowRoutes,
  ...faultRoutes,
  ...clockRoutes,
  ...operationRoutes,
  ...requestRoutes,
  ...loginRoutes,
];
