import { badRequest } from "./errors.js";

/** @import { Route } from "./route.js" */

const text = { type: "string" };
const HOW = { password: text, deny: { type: "boolean" }, actor: { type: "object" } };

/**
 * A person at a browser meets an error only if the request or the person is wrong.
 * @template Result
 * @param {Promise<Result>} login
 * @returns {Promise<Result>}
 */
async function asRefusal(login) {
  try {
    return await login;
  } catch (error) {
    const reason = /** @type {Error} */ (error).message;
    throw badRequest({ key: "body", reason, fix: "name an existing user and an allowed callback" });
  }
}

/** @type {Route[]} */
export const loginRoutes = [
  {
    method: "POST",
    url: "/login",
    body: {
      type: "object",
      additionalProperties: false,
      required: ["user"],
      properties: {
        ...{ ...HOW, user: text, clientId: text, redirectUri: text, scope: text },
        ...{ connection: text, state: text, nonce: text },
        params: { type: "object", additionalProperties: text },
      },
    },
    example: '{"user":"auth0|1","state":"s"}',
    handle: ({ tenant, body }) => asRefusal(tenant.login(body)),
  },
  {
    method: "POST",
    url: "/authorize",
    body: {
      type: "object",
      additionalProperties: false,
      required: ["url"],
      properties: { ...HOW, url: text, as: text },
    },
    example: '{"url":"http://127.0.0.1:4000/authorize?…","as":"auth0|1"}',
    handle({ tenant, body: { url, ...how } }) {
      if (URL.canParse(url)) return asRefusal(tenant.authorize(url, how));
      const fix = "send the whole address, with its scheme";
      throw badRequest({ key: "url", reason: "it is not a URL", fix });
    },
  },
];
