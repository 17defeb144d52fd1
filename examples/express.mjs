// An Express application in which people see and end their own sessions, and nobody else's.
//
//   node examples/express.mjs

import { once } from "node:events";
import { PEOPLE, SESSIONS } from "@archie/auth0-tenant-emulator";
import {
  Auth0ApiError,
  SessionNotFoundError,
  UserNotFoundError,
} from "@archie/auth0-user-security";
import express from "express";
import { onEmbeddedTenant } from "./support/embedded-tenant.mjs";

function applicationOf(service) {
  const app = express();
  app.use(authenticate);
  app.get("/me/sessions", async ({ user }, response) => {
    const options = { currentSessionId: user.sid };
    const sessions = await service.findUserSessions(user.sub, options);
    // Only what the page shows: addresses and user agents are personal data.
    response.json(sessions.map(({ id, name, os, current }) => ({ id, name, os, current })));
  });
  app.delete("/me/sessions/:id", async ({ user, params }, response) => {
    await service.revokeUserSession(user.sub, params.id, { actor: user.sub });
    response.status(204).end();
  });
  app.use(explain);
  return app;
}

/** Stands for the check of a login: never take the user id from the path or the body. */
function authenticate(request, _response, next) {
  request.user = { sub: PEOPLE.ada, sid: SESSIONS.adaWindows };
  next();
}

function explain(error, _request, response, _next) {
  if (error instanceof SessionNotFoundError || error instanceof UserNotFoundError) {
    return response.status(404).json({ error: "There is no such session." });
  }
  const isUpstream = error instanceof Auth0ApiError;
  return response.status(isUpstream ? 502 : 500).json({ error: "Please try again later." });
}

await onEmbeddedTenant(async (service) => {
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
  server.close();
  server.closeAllConnections();
});
