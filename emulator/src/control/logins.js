import { asRefused, badRequest, ControlError } from "./errors.js";

/** @import { Route } from "./route.js" */

const text = { type: "string" };
const HOW = { password: text, deny: { type: "boolean" }, actor: { type: "object" } };

/**
 * A person at a browser meets an error only if the request or the person is wrong. Where the error does not
 * say which part is, a page of the tenant has refused the login.
 * @template Result
 * @param {() => Promise<Result>} login
 * @param {Record<string, string>} [names] of the body, where they are not those of `login`
 * @returns {Promise<Result>}
 */
async function asRefusal(login, names = {}) {
  try {
    return await login();
  } catch (error) {
    const refused = asRefused(error, names);
    if (refused instanceof ControlError) throw refused;
    const reason = /** @type {Error} */ (error).message;
    const fix = "correct what the reason names; GET /requests shows every page of the login";
    throw badRequest({ key: "body", reason, fix });
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
    handle: ({ tenant, body }) => asRefusal(() => tenant.login(body)),
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
      const names = { user: "as", connection: "url" };
      if (URL.canParse(url)) return asRefusal(() => tenant.authorize(url, how), names);
      const fix = "send the whole address, with its scheme";
      throw badRequest({ key: "url", reason: "it is not a URL", fix });
    },
  },
];
