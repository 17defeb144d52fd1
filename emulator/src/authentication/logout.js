import { announceEndOf } from "../backchannel-logout.js";
import { PageError } from "../errors.js";
import { firstUrl, isAllowedRedirect } from "./allow-list.js";
import { readIdTokenHint } from "./id-token-hint.js";
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
  const target = returnTo ?? (clientId === undefined ? undefined : firstUrl(allowed));
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
  const hinted = hint === undefined ? undefined : await audienceOf(context, hint, params.client_id);
  const clientId = params.client_id ?? hinted;
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
 * The application that an ID token is for.
 * @param {Context} context
 * @param {string} hint
 * @param {string | undefined} clientId that the request names besides
 */
async function audienceOf({ core, request }, hint, clientId) {
  const claims = await readIdTokenHint(core, hint, { issuer: core.issuerFor(request), clientId });
  if (claims) return String(claims.aud);
  const whose = clientId === undefined ? "this tenant issued" : `is for the client ${clientId}`;
  const text = `The id_token_hint is not valid: it must be an ID token that ${whose}.`;
  throw new PageError(400, "Oops!, something went wrong", text);
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
