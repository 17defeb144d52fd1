// The routes: each one checks the login, calls the service once, and redirects to the page.

import { fileURLToPath } from "node:url";
import { AccountLinkingError, Auth0ApiError } from "@archie/auth0-user-security";
import express from "express";
import { ownFormsOnly } from "./csrf.mjs";
import { noStore, securityHeaders } from "./headers.mjs";
import { login, loginAgain, logout, requireFreshLogin, requireLiveSession } from "./login.mjs";
import { explain, linkingText, refusal } from "./messages.mjs";
import { PROVIDERS } from "./providers.mjs";
import { dashboardPage } from "./views/dashboard.mjs";
import { leavingPage, problemPage, signedOutPage, welcomePage } from "./views/pages.mjs";

const files = fileURLToPath(new URL("public", import.meta.url));

export function createApp(settings) {
  const { service, baseUrl, issuer } = settings;
  const app = express();
  app.use(securityHeaders(new URL(issuer).origin));
  app.use(express.static(files));
  app.use(noStore, ownFormsOnly(baseUrl), login(settings));
  app.use(express.urlencoded({ extended: false, limit: "4kb" }));

  app.get("/", welcome);
  app.get("/signed-out", (_request, response) => response.send(signedOutPage()));
  app.get("/login/again", loginAgain);
  app.post("/logout", (request, response) => logout(service, request, response));
  // Everything below requires a login, and concerns only the logged-in user.
  app.use(requireLiveSession(service));
  app.get("/confirmed", (request, response) =>
    done(request, response, "Thank you. You can go on with your change."),
  );
  dashboard(app, service);
  sessions(app, service);
  accounts(app, service, `${baseUrl}/accounts/connected`);
  password(app, service, baseUrl);
  app.use((_request, _response, next) => next(refusal(404)));
  app.use(showProblem);
  return app;
}

function welcome(request, response, next) {
  if (request.oidc.isAuthenticated()) return next();
  response.send(welcomePage());
}

function dashboard(app, service) {
  app.get("/", async (request, response) => {
    const { user, sessions, appSession } = request;
    const methods = await service.findUserAuthenticationMethods(user.sub);
    const { flash } = appSession;
    delete appSession.flash;
    response.send(dashboardPage({ user, sessions, methods, flash }));
  });
}

/** Ids are sent in bodies, because paths end up in logs. The service checks who owns the session. */
function sessions(app, service) {
  // Auth0 completes a revocation a little later; the next list should no longer contain the session.
  const waitUntilGone = true;

  app.post("/sessions/sign-out", async (request, response) => {
    const { sub } = request.user;
    await service.revokeUserSession(sub, field(request, "id"), { actor: sub, waitUntilGone });
    done(request, response, "The session was signed out.");
  });

  app.post("/sessions/sign-out-others", async (request, response) => {
    const { sub, sid } = request.user;
    const count = await service.revokeOtherUserSessions(sub, sid, { actor: sub, waitUntilGone });
    done(request, response, `Signed out everywhere else: ${count} ${plural(count, "session")}.`);
  });
}

const plural = (count, word) => (count === 1 ? word : `${word}s`);

function accounts(app, service, callbackUrl) {
  app.post("/accounts/connect", requireFreshLogin, (request, response) => {
    const provider = field(request, "provider");
    if (!PROVIDERS.has(provider)) throw refusal(404);
    // The state in the URL is sealed for this user: no other user can complete this flow.
    const { sub } = request.user;
    const { redirect } = service.generateAccountConnectionUrl(provider, callbackUrl, { user: sub });
    response.send(leavingPage(redirect, PROVIDERS.get(provider)));
  });

  app.get("/accounts/connected", async (request, response) => {
    const { code, state, error } = request.query;
    if (error === "access_denied") {
      return done(request, response, "You cancelled, so nothing was connected.");
    }
    if (typeof code !== "string" || typeof state !== "string") {
      return failed(request, response, "The account could not be connected. Please try again.");
    }
    const { sub } = request.user;
    await orExplain(request, response, async () => {
      await service.connectSecondaryAccount(sub, callbackUrl, code, { state, actor: sub });
      return "The account was connected. You can log in with it from now on.";
    });
  });

  app.post("/accounts/disconnect", async (request, response) => {
    const { sub } = request.user;
    const account = { id: field(request, "id"), provider: field(request, "provider") };
    await orExplain(request, response, async () => {
      await service.disconnectSecondaryAccount(sub, account, { actor: sub });
      return "The account was disconnected. You cannot log in with it any more.";
    });
  });
}

/** Shows refusals of the linking rules on the page itself. */
async function orExplain(request, response, action) {
  try {
    done(request, response, await action());
  } catch (error) {
    if (!(error instanceof AccountLinkingError)) throw error;
    failed(request, response, linkingText(error));
  }
}

/** The link lets anyone who has it set the password, so only a user who has just logged in is sent to it, directly. */
function password(app, service, baseUrl) {
  app.post("/password", requireFreshLogin, async (request, response) => {
    const { sub } = request.user;
    try {
      const options = { ttlSeconds: 300, actor: sub };
      const { redirect } = await service.generatePasswordChangeTicket({ sub }, baseUrl, options);
      response.send(leavingPage(redirect, "the login service"));
    } catch (error) {
      const hasNone =
        error instanceof Auth0ApiError && error.errorCode === "operation_not_supported";
      if (!hasNone) throw error;
      failed(request, response, "You log in without a password, so there is none to change.");
    }
  });
}

/** Our forms never send a field that is missing, empty or given twice. */
function field({ body }, name) {
  const value = body?.[name];
  if (typeof value === "string" && value !== "") return value;
  throw refusal(400);
}

function done(request, response, text) {
  request.appSession.flash = { text };
  response.redirect(303, "/");
}

function failed(request, response, text) {
  request.appSession.flash = { text, isProblem: true };
  response.redirect(303, "/");
}

function showProblem(error, request, response, _next) {
  const { status, title, text, retryAfter } = explain(error);
  // Only the stack: an error's cause or fields may contain data that a callback received.
  if (status >= 500) console.error(error.stack);
  if (retryAfter) response.set("Retry-After", String(retryAfter));
  const isCallback = request.path === "/callback";
  response.status(status).send(problemPage({ title, text, isCallback }));
}
