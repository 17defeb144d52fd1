import { parseForm } from "../body.js";
import { showConsent, showLogin, submitConsent, submitLogin } from "./login.js";
import { chooseProvider, submitProvider } from "./provider.js";
import { showReset, submitReset, verifyEmail } from "./tickets.js";

/** What a person sees and submits. @param {import("fastify").FastifyInstance} app */
export function pageRoutes(app, core) {
  const route = (method, url, operation, handle) =>
    app.route({
      method,
      url,
      config: { operation, api: "page" },
      handler: (request, reply) => handle(request, reply, readFields(request)),
    });

  route("GET", "/u/login", "login_page", (...call) => showLogin(core, ...call));
  route("POST", "/u/login", "login", (...call) => submitLogin(core, ...call));
  route("POST", "/u/login/provider", "login_provider", (_request, reply, body) =>
    chooseProvider(core, reply, body),
  );
  route("POST", "/u/idp", "idp_login", (...call) => submitProvider(core, ...call));
  route("GET", "/u/consent", "consent_page", (...call) => showConsent(core, ...call));
  route("POST", "/u/consent", "consent", (...call) => submitConsent(core, ...call));
  for (const path of ["/u/reset-password", "/lo/reset"]) {
    route("GET", path, "reset_page", (...call) => showReset(core, ...call));
  }
  route("POST", "/u/reset-password", "reset_password", (...call) => submitReset(core, ...call));
  for (const path of ["/u/email-verification", "/lo/verify_email"]) {
    route("GET", path, "verify_email", (...call) => verifyEmail(core, ...call));
  }
}

/** A field sent twice is nobody's form: its last value counts. */
function readFields(request) {
  const entries = Object.entries(parseForm(request.body ?? ""));
  return Object.fromEntries(entries.map(([name, value]) => [name, [value].flat().at(-1)]));
}
