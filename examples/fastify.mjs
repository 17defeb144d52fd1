// A Fastify application in which users list and end their own sessions.
//
//   node examples/fastify.mjs

import { setTimeout as wait } from "node:timers/promises";
import { PEOPLE, SESSIONS, startTenant } from "@archie/auth0-tenant-emulator";
import {
  Auth0ApiError,
  Auth0UserSecurityService,
  RateLimitError,
  SessionNotFoundError,
  UserNotFoundError,
} from "@archie/auth0-user-security";
import fastify from "fastify";
import fastifyPlugin from "fastify-plugin";
import { credentialsOf } from "./support/embedded-tenant.mjs";

/** `app.userSecurity`: one service for the lifetime of the application, with its logger. */
const userSecurity = fastifyPlugin(async (app, config) => {
  const service = new Auth0UserSecurityService(config, app.log);
  app.decorate("userSecurity", service);
  app.addHook("onClose", () => service.close());
  app.setErrorHandler(explain);
});

function explain(error, request, reply) {
  if (error.name === "AbortError") {
    request.log.info("the caller has gone");
    return reply.code(499).send();
  }
  if (error instanceof SessionNotFoundError || error instanceof UserNotFoundError) {
    return reply.code(404).send({ error: "There is no such session." });
  }
  if (error instanceof RateLimitError) {
    reply.header("Retry-After", Math.ceil((error.retryAfterMs ?? 1000) / 1000));
    return reply.code(503).send({ error: "Please try again later." });
  }
  if (error instanceof Auth0ApiError) {
    return reply.code(502).send({ error: "Please try again later." });
  }
  // Let Fastify handle requests that it refused itself. For any other error, its default handler
  // would expose the message to the client.
  if (error.statusCode < 500) throw error;
  request.log.error(error);
  return reply.code(500).send({ error: "Something went wrong." });
}

async function routes(app) {
  app.decorateRequest("user", null);
  app.addHook("onRequest", authenticate);
  app.get("/me/sessions", async ({ user }, reply) => {
    const options = { currentSessionId: user.sid, signal: untilGone(reply) };
    const sessions = await app.userSecurity.findUserSessions(user.sub, options);
    // Only what the page shows: addresses and user agents are personal data.
    return sessions.map(({ id, name, os, current }) => ({ id, name, os, current }));
  });
  app.delete("/me/sessions/:id", async ({ user, params }, reply) => {
    const options = { actor: user.sub, signal: untilGone(reply) };
    await app.userSecurity.revokeUserSession(user.sub, params.id, options);
    return reply.code(204).send();
  });
}

/** STAND-IN for your login check. Never take the user id from the path, the query or the body. */
async function authenticate(request) {
  request.user = { sub: PEOPLE.ada, sid: SESSIONS.adaWindows };
}

/** A signal that fires when the client disconnects. `request.signal` also fires when a body has been read. */
function untilGone(reply) {
  const controller = new AbortController();
  reply.raw.once("close", () => controller.abort());
  return controller.signal;
}

const tenant = await startTenant();
const app = fastify({ logger: true, forceCloseConnections: true });
app.register(userSecurity, { ...credentialsOf(tenant), logLevel: "info" });
app.register(routes);
try {
  const sessions = `${await app.listen({ port: 0, host: "127.0.0.1" })}/me/sessions`;

  const listed = await (await fetch(sessions)).json();
  console.log(
    `GET: ${listed.map(({ name, current }) => (current ? `[${name}]` : name)).join(", ")}`,
  );
  for (const id of [SESSIONS.adaIphone, SESSIONS.graceTablet]) {
    const { status } = await fetch(`${sessions}/${id}`, {
      method: "DELETE",
      headers: { "content-type": "application/json" },
      body: "{}",
    });
    console.log(`DELETE ${id}: ${status}`);
  }
  const caller = new AbortController();
  const leave = () => {
    caller.abort();
    return true;
  };
  tenant.fault(leave, { hang: true });
  await fetch(sessions, { signal: caller.signal }).catch(() => {});
  // Simulates a rotated secret: the current token is rejected, and no new one is issued.
  tenant.fault("get_sessions_for_user", { status: 401 });
  tenant.fault("oauth_token", { status: 401, body: { error: "access_denied" } });
  const refused = await fetch(sessions);
  console.log(`GET: ${refused.status}, ${await refused.text()}`);
  // For one second every call fails with the same error; then the credential is retried.
  await wait(1_000);
  tenant.fault("get_sessions_for_user", { status: 429, headers: { "retry-after": "60" } });
  const { status, headers } = await fetch(sessions);
  console.log(`GET: ${status}, again in ${headers.get("retry-after")} s`);
} finally {
  await app.close();
  await tenant.close();
}
