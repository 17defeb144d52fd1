// Signing in and out, and the checks that guard pages and actions.

import { SessionNotFoundError, UserNotFoundError } from "@archie/auth0-user-security";
import oidc from "express-openid-connect";
import { confirmPage } from "./views/pages.mjs";

const DAY = 24 * 3600;
const FRESH_FOR = 5 * 60;
/** How long someone may take to change the password and to come back, in milliseconds. */
const PASSWORD_TIME = 15 * 60_000;

/** OpenID Connect with Auth0's own library. Its session is an encrypted, HttpOnly cookie. */
export function signIn({ issuer, baseUrl, web, secret }) {
  return oidc.auth({
    issuerBaseURL: issuer,
    baseURL: baseUrl,
    clientID: web.clientId,
    clientSecret: web.clientSecret,
    secret,
    authRequired: false,
    // max_age makes the tenant include the time of the sign-in (`auth_time`) in the ID token.
    authorizationParams: { response_type: "code", scope: "openid profile email", max_age: DAY },
    session: { absoluteDuration: DAY },
    idpLogout: true,
    auth0Logout: true,
    routes: { login: "/sign-in", logout: false },
  });
}

/**
 * The cookie outlives the session at Auth0: without this check, a session that was revoked elsewhere
 * would remain signed in here. Each page and each action therefore lists the live sessions first. That
 * is one request (a few for a user with hundreds of sessions), and the page needs that list anyway. If
 * Auth0 is unavailable, access is denied.
 */
export function requireLiveSession(service) {
  return async (request, response, next) => {
    if (!request.oidc.isAuthenticated()) return response.redirect(303, "/");
    // The user comes from the verified ID token, never from the request.
    const { sub, sid, email, name } = request.oidc.idTokenClaims;
    const sessions = await liveSessions(service, sub, sid);
    if (!sessions.some(({ current }) => current)) {
      const why = hasChangedPassword(request.appSession) ? "/password-changed" : "/signed-out";
      request.appSession = undefined;
      return response.redirect(303, why);
    }
    request.user = { sub, sid, email, name: name ?? email ?? sub };
    request.sessions = sessions;
    next();
  };
}

/**
 * A new password ends all sessions. Users who have just been sent to the page for it know why they were signed out; any
 * other text would make them suspect somebody else.
 */
const hasChangedPassword = ({ passwordLinkAt = 0 }) => Date.now() - passwordLinkAt < PASSWORD_TIME;

/** A user who was deleted, or connected to another account, has no sessions. */
async function liveSessions(service, sub, sid) {
  try {
    return await service.findUserSessions(sub, { currentSessionId: sid });
  } catch (error) {
    if (error instanceof UserNotFoundError) return [];
    throw error;
  }
}

/**
 * Guards actions with which someone at an unattended screen could take over the account permanently:
 * setting a new password, or connecting an account of their own.
 */
export function requireFreshSignIn(request, response, next) {
  const { auth_time: signedInAt = 0 } = request.oidc.idTokenClaims;
  if (Date.now() / 1000 - signedInAt < FRESH_FOR) return next();
  response.status(403).send(confirmPage(request));
}

/** Asks for the password even if the browser is signed in at Auth0, but not for the email again. */
export function signInAgain(request, response) {
  const authorizationParams = { prompt: "login", max_age: 0, login_hint: request.oidc.user?.email };
  return response.oidc.login({ returnTo: "/confirmed", authorizationParams });
}

/**
 * Signs this browser out even if Auth0 fails, because its next user may be someone else. After an account
 * was connected, Auth0's own cookie may belong to that account, so `sid` is revoked too.
 */
export async function signOut(service, request, response) {
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
