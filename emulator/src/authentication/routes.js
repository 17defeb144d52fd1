import { PageError } from "../errors.js";
import { authorize } from "./authorize.js";
import { crossOrigin } from "./cors.js";
import { discovery } from "./discovery.js";
import { readForm } from "./form.js";
import { classicLogout, oidcLogout } from "./logout.js";
import { revoke } from "./refresh-token.js";
import { token } from "./token.js";
import { userinfo } from "./userinfo.js";

/** @import { FastifyInstance, HTTPMethods } from "fastify" */
/** @import { Core } from "../core.js" */
/** @import { Context, Fields, Request } from "../http.js" */

/** What scripts of other origins may call. */
const FOR_SCRIPTS = [
  "/oauth/token",
  "/oauth/revoke",
  "/userinfo",
  "/.well-known/jwks.json",
  "/.well-known/openid-configuration",
];
const JSON_TYPE = "application/json; charset=utf-8";

/**
 * @param {FastifyInstance} app
 * @param {Core} core
 */
export function authenticationRoutes(app, core) {
  /**
   * @param {HTTPMethods | HTTPMethods[]} method
   * @param {string} url
   * @param {string} operation
   * @param {(context: Context) => unknown} respond
   */
  const json = (method, url, operation, respond) =>
    app.route({
      method,
      url,
      config: { operation, api: "authentication" },
      handler: async (request, reply) => {
        const body = await respond({ core, request: /** @type {Request} */ (request), reply });
        reply.header("content-type", JSON_TYPE);
        return reply.send(body === undefined ? "" : JSON.stringify(body));
      },
    });
  /**
   * @param {HTTPMethods} method
   * @param {string} url
   * @param {string} operation
   * @param {(context: Context, params: Fields) => unknown} respond
   */
  const page = (method, url, operation, respond) =>
    app.route({
      method,
      url,
      config: { operation, api: "page" },
      handler: (fastifyRequest, reply) => {
        const request = /** @type {Request} */ (fastifyRequest);
        const params = method === "GET" ? request.query : readForm(request);
        return respond({ core, request, reply }, single(params));
      },
    });

  crossOrigin(app, core, FOR_SCRIPTS);
  json("POST", "/oauth/token", "oauth_token", token);
  json("POST", "/oauth/revoke", "oauth_revoke", revoke);
  json(["GET", "POST"], "/userinfo", "userinfo", userinfo);
  json("GET", "/.well-known/jwks.json", "jwks", () => core.keys.jwks());
  json("GET", "/.well-known/openid-configuration", "openid_configuration", discovery);

  page("GET", "/authorize", "authorize", authorize);
  page("POST", "/authorize", "authorize", authorize);
  page("GET", "/v2/logout", "logout", classicLogout);
  page("GET", "/oidc/logout", "oidc_logout", oidcLogout);
}

/**
 * Rejects a parameter that was sent twice, because it is ambiguous.
 * @param {Record<string, unknown>} params
 * @returns {Fields}
 */
function single(params) {
  for (const [name, value] of Object.entries(params)) {
    if (typeof value !== "string") {
      throw new PageError(400, "Oops!, something went wrong", `Repeated parameter: ${name}`);
    }
  }
  return /** @type {Fields} */ (params);
}
