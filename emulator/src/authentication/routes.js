import { token } from "./token.js";

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
        return reply.header("content-type", JSON_TYPE).send(JSON.stringify(body));
      },
    });

  json("POST", "/oauth/token", "oauth_token", token);
  json("GET", "/.well-known/jwks.json", "jwks", () => core.keys.jwks());
}
