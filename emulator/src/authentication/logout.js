import { announceEndOf } from "../backchannel-logout.js";
import { PageError } from "../errors.js";
import { peek } from "../tokens.js";
import { isAllowedRedirect } from "./allow-list.js";
import { redirectTo, withQuery } from "./redirects.js";
import { cookieLine, readCookie, readCookieSession } from "./sso.js";

/** @import { Core } from "../core.js" */
/** @import { Context, Fields } from "../http.js" */

/**
 * GET /v2/logout. With a client id alone, the browser goes to the client's first URL. Whether a URL is
 * allowed depends neither on its query nor on its fragment, nor on the case of its scheme and host.
 * @param {Context} context
 * @param {Fields} params
 */
export function classicLogout(context, { client_id: clientId, returnTo }) {
  const allowed = allowedUrls(context.core, clientId);
  const target = returnTo ?? (clientId === undefined ? undefined : allowed[0]);
  const isAllowed = isAllowedRedirect(allowed.map(comparable), comparable(target ?? ""));
  return logout(context, { clientId, target, isAllowed });
}

/**
 * GET /oidc/logout. URLs are compared as they are.
 * @param {Context} context
 * @param {Fields} params
 */
export async function oidcLogout(context, params) {
  const { post_logout_redirect_uri: target, id_token_hint: hint, state } = params;
  const { aud } = hint === undefined ? {} : await readHint(context, hint);
  const clientId = params.client_id ?? [aud].flat()[0];
  const isAllowed = isAllowedRedirect(allowedUrls(context.core, clientId), target ?? "");
  return logout(context, { clientId, target, isAllowed, state });
}

/**
 * The URLs of the application that the request names, or else those of the tenant.
 * @param {Core} core
 * @param {string | undefined} clientId
 */
function allowedUrls({ options, store }, clientId) {
  if (clientId === undefined) return options.tenantLogoutUrls;
  return store.clients.get(clientId)?.allowed_logout_urls ?? [];
}

/**
 * A URL without its query and fragment, and with its scheme and host in lower case.
 * @param {string} url
 */
const comparable = (url) =>
  url.replace(/[?#].*$/s, "").replace(/^[^/]*\/\/[^/]*/, (origin) => origin.toLowerCase());

/**
 * Ends the browser's session, then redirects to an allowed URL.
 * @param {Context} context
 * @param {{ clientId?: string, target?: string, isAllowed: boolean, state?: string }} request `target` is
 *   where the browser goes afterwards, and `state` is returned to it
 */
function logout(context, { clientId, target, isAllowed, state }) {
  const { core, reply } = context;
  if (target !== undefined && !isAllowed) {
    throw new PageError(
      400,
      "Oops!, something went wrong",
      `The logout URL is not allowed: ${target}. ${howToAllow(core, clientId, target)}`,
    );
  }
  endSession(context);
  reply.header("set-cookie", cookieLine(core, "", "; Max-Age=0"));
  if (target === undefined) return reply.type("text/plain; charset=utf-8").send("OK");
  return redirectTo(
    reply,
    state === undefined ? target : withQuery(target, new URLSearchParams({ state })),
  );
}

/**
 * Which setting of the emulator allows a URL.
 * @param {Core} core
 * @param {string | undefined} clientId
 * @param {string} target
 */
function howToAllow({ options, store }, clientId, target) {
  const url = JSON.stringify(target);
  if (clientId === undefined) {
    return `The request names no client, so the list of the tenant decides: add a client_id, or allow the URL with startTenant({ tenantLogoutUrls: [${url}] }).`;
  }
  if (clientId === options.clientId) return `Allow it with startTenant({ logoutUrls: [${url}] }).`;
  if (!store.clients.has(clientId)) return `There is no client with this id: ${clientId}.`;
  return `Add it to the allowed_logout_urls of the client ${clientId}, in the seed or in addClient.`;
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
