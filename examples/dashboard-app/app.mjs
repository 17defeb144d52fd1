// The routes: each one checks who is signed in, calls the service, and redirects to the page with a message.

import { fileURLToPath } from "node:url";
import {
  Auth0ApiError,
  FeatureUnavailableError,
  InsufficientScopeError,
} from "@archie/auth0-user-security";
import express from "express";
import { ownFormsOnly } from "./csrf.mjs";
import { factorName, hasSecondStep } from "./factors.mjs";
import { noStore, securityHeaders } from "./headers.mjs";
import { explain, refusal, refusalText } from "./messages.mjs";
import { applicationName, isSame, methodName, sessionName } from "./names.mjs";
import { PROVIDERS } from "./providers.mjs";
import {
  requireFreshSignIn,
  requireLiveSession,
  signIn,
  signInAgain,
  signOut,
} from "./sign-in.mjs";
import { dashboardPage } from "./views/dashboard.mjs";
import {
  leavingPage,
  passwordChangedPage,
  problemPage,
  signedOutPage,
  welcomePage,
} from "./views/pages.mjs";

const files = fileURLToPath(new URL("public", import.meta.url));

export function createApp(settings) {
  const { service, baseUrl, issuer } = settings;
  const app = express();
  app.use(securityHeaders(new URL(issuer).origin));
  app.use(express.static(files));
  app.use(noStore, ownFormsOnly(baseUrl), signIn(settings));
  app.use(express.urlencoded({ extended: false, limit: "4kb" }));

  app.get("/", welcome);
  app.get("/signed-out", (_request, response) => response.send(signedOutPage()));
  app.get("/password-changed", (_request, response) => response.send(passwordChangedPage()));
  app.get("/sign-in/again", signInAgain);
  app.post("/sign-out", (request, response) => signOut(service, request, response));
  // Everything below requires a live session, and concerns only its user.
  app.use(requireLiveSession(service));
  app.get("/confirmed", (request, response) =>
    done(request, response, "You signed in again. You can now change how you sign in."),
  );
  dashboard(app, settings);
  sessions(app, service);
  accounts(app, service, `${baseUrl}/accounts/connected`);
  factors(app, service);
  applications(app, settings);
  password(app, service, settings.web.clientId);
  app.use((_request, _response, next) => next(refusal(404)));
  app.use(showProblem);
  return app;
}

function welcome(request, response, next) {
  if (request.oidc.isAuthenticated()) return next();
  response.send(welcomePage());
}

function dashboard(app, { service, web, appNames }) {
  const named = (application) => ({
    ...application,
    name: applicationName(application.clientId, appNames),
    isOwn: application.clientId === web.clientId,
  });
  app.get("/", async (request, response) => {
    const { user, sessions, appSession } = request;
    const [methods, factors, held] = await Promise.all([
      service.findUserAuthenticationMethods(user.sub),
      ifAllowed(service.findUserFactors(user.sub)),
      ifAllowed(service.findUserApplications(user.sub)),
    ]);
    const applications = held?.map(named);
    const { flash } = appSession;
    delete appSession.flash;
    response.send(dashboardPage({ user, sessions, methods, factors, applications, flash }));
  });
}

/** Undefined for a list that the plan or the scopes exclude: its section says so, and the others work. */
async function ifAllowed(list) {
  try {
    return await list;
  } catch (error) {
    const isExcluded =
      error instanceof FeatureUnavailableError || error instanceof InsufficientScopeError;
    if (!isExcluded) throw error;
    return undefined;
  }
}

/** Ids are sent in bodies, because paths end up in logs. The service checks who owns the session. */
function sessions(app, service) {
  // Auth0 completes a revocation a little later; the next list should no longer contain the session.
  const waitUntilGone = true;

  app.post("/sessions/sign-out", async (request, response) => {
    const { sub } = request.user;
    const id = field(request, "id");
    await service.revokeUserSession(sub, id, { actor: sub, waitUntilGone });
    const session = request.sessions.find((one) => one.id === id);
    done(request, response, `${session ? sessionName(session) : "The session"} was signed out.`);
  });

  app.post("/sessions/sign-out-others", async (request, response) => {
    const { sub, sid } = request.user;
    const count = await service.revokeOtherUserSessions(sub, sid, { actor: sub, waitUntilGone });
    const text = count === 1 ? "1 other session was" : `${count} other sessions were`;
    done(request, response, `${text} signed out. You are now signed in only here.`);
  });
}

function accounts(app, service, callbackUrl) {
  app.post("/accounts/connect", requireFreshSignIn, (request, response) => {
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
    await orExplain(request, response, async () => {
      const { sub } = request.user;
      const before = await service.findUserAuthenticationMethods(sub);
      const options = { state, actor: sub };
      const methods = await service.connectSecondaryAccount(sub, callbackUrl, code, options);
      const added = methods.find((method) => !before.some((one) => isSame(one, method)));
      if (!added) return "That account was already connected.";
      return `${methodName(added)} was connected. You can now sign in with it.`;
    });
  });

  app.post("/accounts/disconnect", async (request, response) => {
    const { sub } = request.user;
    const account = { id: field(request, "id"), provider: field(request, "provider") };
    await orExplain(request, response, async () => {
      const methods = await service.findUserAuthenticationMethods(sub);
      await service.disconnectSecondaryAccount(sub, account, { actor: sub });
      const method = methods.find((one) => isSame(one, account));
      const name = method ? methodName(method) : "The account";
      return `${name} was disconnected. You can no longer sign in with it.`;
    });
  });
}

/** Whoever removes a factor weakens the account for good, so it takes a fresh sign-in. */
function factors(app, service) {
  app.post("/factors/remove", requireFreshSignIn, async (request, response) => {
    const { sub } = request.user;
    const id = field(request, "id");
    const allowLast = request.body.last === "true";
    await orExplain(request, response, async () => {
      const before = await service.findUserFactors(sub);
      const left = await service.removeUserFactor(sub, { id }, { allowLast, actor: sub });
      const factor = before.find((one) => one.id === id);
      const name = factor ? `The ${factorName(factor)}` : "It";
      const rest = hasSecondStep(left)
        ? "Browsers will be asked for a second step again."
        : "You have no second step now.";
      return `${name} was removed. ${rest}`;
    });
  });
}

function applications(app, { service, appNames }) {
  app.post("/applications/remove", async (request, response) => {
    const { sub } = request.user;
    const clientId = field(request, "clientId");
    const options = { actor: sub, waitUntilGone: true };
    await service.revokeUserApplication(sub, { clientId }, options);
    const name = applicationName(clientId, appNames);
    done(
      request,
      response,
      `The access of ${name} was removed. It ends when the app next tries to renew it.`,
    );
  });
}

/** Shows on the page itself which rule refused. */
async function orExplain(request, response, action) {
  try {
    done(request, response, await action());
  } catch (error) {
    const text = refusalText(error);
    if (!text) throw error;
    failed(request, response, text);
  }
}

/** The link lets anyone who has it set the password, so only a user who has just signed in is sent to it, directly. */
function password(app, service, clientId) {
  app.post("/password", requireFreshSignIn, async (request, response) => {
    const { sub } = request.user;
    try {
      // With the application's id, the last page leads back to it.
      const options = { ttlSeconds: 300, clientId, actor: sub };
      const { redirect } = await service.generatePasswordChangeTicket({ sub }, options);
      request.appSession.passwordLinkAt = Date.now();
      response.send(leavingPage(redirect, "the sign-in service"));
    } catch (error) {
      const hasNone =
        error instanceof Auth0ApiError && error.errorCode === "operation_not_supported";
      if (!hasNone) throw error;
      failed(request, response, "You sign in without a password, so there is none to change.");
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
