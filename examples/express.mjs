// An Express application in which users list and end their own sessions.
//
//   node examples/express.mjs

import { once } from "node:events";
import { PEOPLE, SESSIONS } from "@archie/auth0-tenant-emulator";
import {
  Auth0ApiError,
  RateLimitError,
  SessionNotFoundError,
  UserNotFoundError,
} from "@archie/auth0-user-security";
import express from "express";
import { onEmbeddedTenant } from "./support/embedded-tenant.mjs";

/** `service` is created once when the process starts, and closed when it ends. */
function applicationOf(service) {
  const app = express();
  app.use(authenticate);
  app.get("/me/sessions", async ({ user }, response) => {
    const options = { currentSessionId: user.sid, signal: untilGone(response) };
    const sessions = await service.findUserSessions(user.sub, options);
    // Only what the page shows: addresses and user agents are personal data.
    response.json(sessions.map(({ id, name, os, current }) => ({ id, name, os, current })));
  });
  app.delete("/me/sessions/:id", async ({ user, params }, response) => {
    const options = { actor: user.sub, signal: untilGone(response) };
    await service.revokeUserSession(user.sub, params.id, options);
    response.status(204).end();
  });
  app.use(explain);
  return app;
}

/** STAND-IN for your login check. Never take the user id from the path, the query or the body. */
function authenticate(request, _response, next) {
  request.user = { sub: PEOPLE.ada, sid: SESSIONS.adaWindows };
  next();
}

/** A signal that fires when the client disconnects. */
function untilGone(response) {
  const controller = new AbortController();
  response.once("close", () => controller.abort());
  return controller.signal;
}

function explain(error, request, response, _next) {
  if (error.name === "AbortError") return console.log(`${request.method}: the caller has gone`);
  if (error instanceof SessionNotFoundError || error instanceof UserNotFoundError) {
    return response.status(404).json({ error: "There is no such session." });
  }
  if (error instanceof RateLimitError) {
    response.set("Retry-After", Math.ceil((error.retryAfterMs ?? 1000) / 1000));
    return response.status(503).json({ error: "Please try again later." });
  }
  if (error instanceof Auth0ApiError) {
    return response.status(502).json({ error: "Please try again later." });
  }
  // A problem on our side, such as a wrong secret. Log it; Express by default would show it to the client.
  console.error(error);
  response.status(500).json({ error: "Something went wrong." });
}

await onEmbeddedTenant(async (service, tenant) => {
  const server = applicationOf(service).listen(0, "127.0.0.1");
  await once(server, "listening");
  const sessions = `http://127.0.0.1:${server.address().port}/me/sessions`;

  const listed = await (await fetch(sessions)).json();
  console.log(
    `GET: ${listed.map(({ name, current }) => (current ? `[${name}]` : name)).join(", ")}`,
  );
  for (const id of [SESSIONS.adaIphone, SESSIONS.graceTablet]) {
    const { status } = await fetch(`${sessions}/${id}`, { method: "DELETE" });
    console.log(`DELETE ${id}: ${status}`);
  }
  const caller = new AbortController();
  const leave = () => {
    caller.abort();
    return true;
  };
  tenant.fault(leave, { hang: true });
  await fetch(sessions, { signal: caller.signal }).catch(() => {});
  tenant.fault("get_sessions_for_user", { status: 429, headers: { "retry-after": "60" } });
  const { status, headers } = await fetch(sessions);
  console.log(`GET: ${status}, again in ${headers.get("retry-after")} s`);

  server.close();
  server.closeAllConnections();
});
