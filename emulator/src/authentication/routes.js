import { PageError } from "../errors.js";
import { authorize } from "./authorize.js";
import { discovery } from "./discovery.js";
import { readForm } from "./form.js";
import { logout } from "./logout.js";
import { revoke } from "./refresh-token.js";
import { token } from "./token.js";
import { userinfo } from "./userinfo.js";

const JSON_TYPE = "application/json; charset=utf-8";

/** @param {import("fastify").FastifyInstance} app */
export function authenticationRoutes(app, core) {
  const json = (method, url, operation, answer) =>
    app.route({
      method,
      url,
      config: { operation, api: "authentication" },
      handler: async (request, reply) => {
        const body = await answer(core, request, reply);
        reply.header("content-type", JSON_TYPE);
        return reply.send(body === undefined ? "" : JSON.stringify(body));
      },
    });
  const page = (method, url, operation, handle) =>
    app.route({ method, url, config: { operation, api: "page" }, handler: handle });

  json("POST", "/oauth/token", "oauth_token", token);
  json("POST", "/oauth/revoke", "oauth_revoke", revoke);
  json(["GET", "POST"], "/userinfo", "userinfo", userinfo);
  json("GET", "/.well-known/jwks.json", "jwks", () => core.keys.jwks());
  json("GET", "/.well-known/openid-configuration", "openid_configuration", discovery);

  page("GET", "/authorize", "authorize", (request, reply) =>
    authorize(core, request, reply, single(request.query)),
  );
  page("POST", "/authorize", "authorize", (request, reply) =>
    authorize(core, request, reply, single(readForm(request))),
  );
  page("GET", "/v2/logout", "logout", (request, reply) =>
    logout(core, request, reply, single(request.query).returnTo, {}),
  );
  page("GET", "/oidc/logout", "oidc_logout", (request, reply) => {
    const { post_logout_redirect_uri: target, id_token_hint: hint, state } = single(request.query);
    return logout(core, request, reply, target, { hint, state });
  });
}

/** A parameter sent twice could mean two things, so it means none. */
function single(params) {
  for (const [name, value] of Object.entries(params)) {
    if (typeof value !== "string") {
      throw new PageError(400, "Oops!, something went wrong", `Repeated parameter: ${name}`);
    }
  }
  return params;
}
