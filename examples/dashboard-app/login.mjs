// Who is there: the login, and what must hold before a person sees or does anything.

import { SessionNotFoundError, UserNotFoundError } from "@archie/auth0-user-security";
import oidc from "express-openid-connect";
import { confirmPage } from "./views/pages.mjs";

const DAY = 24 * 3600;
const FRESH_FOR = 5 * 60;

/** OpenID Connect with Auth0's own library. Its session is an encrypted cookie that scripts cannot read. */
export function login({ issuer, baseUrl, web, secret }) {
  return oidc.auth({
    issuerBaseURL: issuer,
    baseURL: baseUrl,
    clientID: web.clientId,
    clientSecret: web.clientSecret,
    secret,
    authRequired: false,
    // Asking for max_age makes the tenant tell when the person logged in (`auth_time`).
    authorizationParams: { response_type: "code", scope: "openid profile email", max_age: DAY },
    session: { absoluteDuration: DAY },
    idpLogout: true,
    auth0Logout: true,
    routes: { logout: false },
  });
}

/**
 * The cookie outlives the session at Auth0: a session that was revoked elsewhere would go on here.
 * So each page and each action asks Auth0 first. That is one request, a few for somebody with hundreds
 * of sessions, and no waste for the page, which shows these very sessions. If Auth0 cannot be asked,
 * nobody is let in.
 */
export function requireLiveSession(service) {
  return async (request, response, next) => {
    if (!request.oidc.isAuthenticated()) return response.redirect(303, "/");
    // Who is meant comes out of the verified ID token, never out of the request.
    const { sub, sid, email, name } = request.oidc.idTokenClaims;
    const sessions = await liveSessions(service, sub, sid);
    if (!sessions.some(({ current }) => current)) {
      request.appSession = undefined;
      return response.redirect(303, "/signed-out");
    }
    request.user = { sub, sid, name: email ?? name ?? sub };
    request.sessions = sessions;
    next();
  };
}

/** A user who was deleted, or connected to another account, has none. */
async function liveSessions(service, sub, sid) {
  try {
    return await service.findUserSessions(sub, { currentSessionId: sid });
  } catch (error) {
    if (error instanceof UserNotFoundError) return [];
    throw error;
  }
}

/**
 * For what would give somebody at a forgotten screen the account for good: a new password, or an
 * account of their own to log in with.
 */
export function requireFreshLogin(request, response, next) {
  const { auth_time: loggedInAt = 0 } = request.oidc.idTokenClaims;
  if (Date.now() / 1000 - loggedInAt < FRESH_FOR) return next();
  response.status(403).send(confirmPage(request));
}

/** Asks for the password even where the browser is logged in at Auth0. */
export function loginAgain(_request, response) {
  const authorizationParams = { prompt: "login", max_age: 0 };
  return response.oidc.login({ returnTo: "/confirmed", authorizationParams });
}

/**
 * Whatever Auth0 answers, this browser is logged out: the next person at it may be another one. The
 * cookie at Auth0 may belong to another account since one was connected, so `sid` is ended too.
 */
export async function logout(service, request, response) {
  if (!request.oidc.isAuthenticated()) return response.redirect(303, "/");
  const { sub, sid } = request.oidc.idTokenClaims;
  request.appSession = undefined;
  try {
    await service.revokeUserSession(sub, sid, { actor: sub, timeoutMs: 5000 });
  } catch (error) {
    if (!(error instanceof SessionNotFoundError)) console.error(error.stack);
  }
  return response.oidc.logout();
}
