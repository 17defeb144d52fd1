import { parseForm } from "../body.js";
import { showConsent, submitConsent } from "./consent.js";
import { showForgot, submitForgot } from "./forgot.js";
import { showLogin, submitLogin } from "./login.js";
import { chooseProvider, submitProvider } from "./provider.js";
import { showStart } from "./start.js";
import { showReset, submitReset, verifyEmail } from "./tickets.js";

/** @import { FastifyInstance, HTTPMethods } from "fastify" */
/** @import { Core } from "../core.js" */
/** @import { Context, Fields, Request } from "../http.js" */

/**
 * The pages that a person sees, and the forms on them.
 * @param {FastifyInstance} app
 * @param {Core} core
 */
export function pageRoutes(app, core) {
  /**
   * @param {HTTPMethods} method
   * @param {string} url
   * @param {string} operation
   * @param {(context: Context, fields: Fields) => unknown} respond
   */
  const route = (method, url, operation, respond) =>
    app.route({
      method,
      url,
      config: { operation, api: "page" },
      handler: (fastifyRequest, reply) => {
        const request = /** @type {Request} */ (fastifyRequest);
        return respond({ core, request, reply }, readFields(request));
      },
    });

  route("GET", "/", "start_page", showStart);
  route("GET", "/u/login", "login_page", showLogin);
  route("POST", "/u/login", "login", submitLogin);
  route("POST", "/u/login/provider", "login_provider", chooseProvider);
  route("POST", "/u/idp", "idp_login", submitProvider);
  route("GET", "/u/consent", "consent_page", showConsent);
  route("POST", "/u/consent", "consent", submitConsent);
  route("GET", "/u/reset-password/request", "forgot_page", showForgot);
  route("POST", "/u/reset-password/request", "forgot_password", submitForgot);
  for (const path of ["/u/reset-password", "/lo/reset"]) {
    route("GET", path, "reset_page", showReset);
  }
  route("POST", "/u/reset-password", "reset_password", submitReset);
  for (const path of ["/u/email-verification", "/lo/verify_email"]) {
    route("GET", path, "verify_email", verifyEmail);
  }
}

/**
 * The pages send each field once. If a request repeats one, its last value counts.
 * @param {Request} request
 * @returns {Fields}
 */
function readFields(request) {
  const entries = Object.entries(parseForm(request.body ?? ""));
  return Object.fromEntries(entries.map(([name, value]) => [name, [value].flat().at(-1)]));
}
