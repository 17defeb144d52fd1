import { announceEndOf } from "../backchannel-logout.js";
import { PageError } from "../errors.js";
import { peek } from "../tokens.js";
import { isAllowedRedirect } from "./allow-list.js";
import { withQuery } from "./redirects.js";
import { cookieLine, readCookie, readCookieSession } from "./sso.js";

/** @import { Context, Fields } from "../http.js" */

/**
 * @typedef {object} Logout
 * @property {string} [clientId]
 * @property {string} [target] where the browser wants to go afterwards
 * @property {string} [hint] an ID token of the user
 * @property {string} [state] returned to the target
 */

/**
 * GET /v2/logout
 * @param {Context} context
 * @param {Fields} params
 */
export function classicLogout(context, { client_id: clientId, returnTo: target }) {
  return logout(context, { clientId, target });
}

/**
 * GET /oidc/logout
 * @param {Context} context
 * @param {Fields} params
 */
export function oidcLogout(context, params) {
  const { post_logout_redirect_uri: target, id_token_hint: hint, state } = params;
  return logout(context, { clientId: params.client_id, target, hint, state });
}

/**
 * Ends the browser's session, then redirects to an allowed URL.
 * @param {Context} context
 * @param {Logout} request
 */
async function logout(context, { clientId, target, hint, state }) {
  const { core, reply } = context;
  const { aud } = hint === undefined ? {} : await readHint(context, hint);
  const meant = clientId ?? aud;
  const allowed = core.store.clients
    .values()
    .filter((client) => meant === undefined || client.client_id === meant)
    .flatMap((client) => client.allowed_logout_urls);
  if (target !== undefined && !isAllowedRedirect(allowed, target)) {
    throw new PageError(
      400,
      "Oops!, something went wrong",
      `The logout URL is not allowed: ${target}`,
    );
  }
  endSession(context);
  reply.header("set-cookie", cookieLine(core, "", "; Max-Age=0"));
  if (target === undefined) return reply.type("text/plain; charset=utf-8").send("OK");
  return reply.redirect(
    state === undefined ? target : withQuery(target, new URLSearchParams({ state })),
  );
}

/**
 * The claims of an ID token that this tenant issued, expired or not.
 * @param {Context} context
 * @param {string} hint
 */
async function readHint({ core, request }, hint) {
  const claims = await core.tokens.verify(hint).catch(({ reason }) => {
    return reason === "expired" ? peek(hint) : {};
  });
  if (claims.iss === core.issuerFor(request)) return claims;
  throw new PageError(400, "Oops!, something went wrong", "The id_token_hint is not valid");
}

/** @param {Context} context */
function endSession({ core, request }) {
  const session = readCookieSession(core, request);
  if (session) {
    announceEndOf(core, [session], "rp-logout");
    core.store.sessions.delete(session.id);
    core.log("slo", { user_id: session.user_id, details: { session_id: session.id } }, request);
  }
  core.store.cookies.delete(readCookie(request));
}
