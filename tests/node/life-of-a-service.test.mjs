// The life cycle of a service: fromEnv and close.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { test } from "node:test";
import { PEOPLE } from "@archie/auth0-tenant-emulator";
import { Auth0UserSecurityService, ConfigurationError } from "@archie/auth0-user-security";
import { recordingLogger } from "../../test-support/logger.mjs";
import { tokenResponse } from "../../test-support/scripted-server.mjs";
import { serviceFor, tenantOf, tokenRequests } from "../../test-support/service.mjs";

/** Sets environment variables for one test; undefined removes one. */
function environment(t, values) {
  const before = { ...process.env };
  t.after(() => {
    process.env = before;
  });
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
}

const variablesOf = ({ domain, clientId, clientSecret }) => ({
  AUTH0_DOMAIN: domain,
  AUTH0_CLIENT_ID: clientId,
  AUTH0_CLIENT_SECRET: clientSecret,
  AUTH0_AUDIENCE: undefined,
});

test("fromEnv reads the four variables of the README", async (t) => {
  const tenant = await tenantOf(t);
  environment(t, { ...variablesOf(tenant), AUTH0_AUDIENCE: tenant.audience });
  const service = Auth0UserSecurityService.fromEnv();
  assert.equal((await service.findUserSessions(PEOPLE.ada)).length, 5);
  const { body } = tokenRequests(tenant)[0];
  assert.equal(new URLSearchParams(body).get("audience"), tenant.audience);
});

for (const audience of [undefined, ""]) {
  test(`fromEnv treats ${JSON.stringify(audience)} as no audience`, async (t) => {
    const tenant = await tenantOf(t);
    environment(t, { ...variablesOf(tenant), AUTH0_AUDIENCE: audience });
    assert.equal((await Auth0UserSecurityService.fromEnv().checkConfiguration()).ok, true);
  });
}

test("fromEnv gives overrides precedence, and accepts a logger", async (t) => {
  const tenant = await tenantOf(t);
  environment(t, { ...variablesOf(tenant), AUTH0_CLIENT_SECRET: "wrong" });
  const { clientSecret } = tenant;
  const logger = recordingLogger();
  const overrides = { clientSecret, logLevel: "info" };
  const service = Auth0UserSecurityService.fromEnv(overrides, logger);
  await service.revokeAllUserSessions(PEOPLE.ada);
  await logger.count(1);
  assert.equal(logger.lines[0].message, "auth0-user-security: audit: session.revoke_all success");
});

for (const [variable, field] of [
  ["AUTH0_DOMAIN", "domain"],
  ["AUTH0_CLIENT_ID", "clientId"],
  ["AUTH0_CLIENT_SECRET", "clientSecret"],
]) {
  for (const value of [undefined, ""]) {
    test(`fromEnv with ${variable} ${value === "" ? "empty" : "missing"} names it`, (t) => {
      const all = { domain: "t.auth0.com", clientId: "c", clientSecret: "s" };
      environment(t, { ...variablesOf(all), [variable]: value });
      assert.throws(
        () => Auth0UserSecurityService.fromEnv(),
        (error) => {
          assert.ok(error instanceof ConfigurationError, String(error));
          assert.equal(error.field, field);
          assert.match(error.hint, new RegExp(variable));
          return true;
        },
      );
    });
  }
}

for (const [missing, field, message] of [
  [
    { AUTH0_DOMAIN: undefined, AUTH0_CLIENT_ID: undefined, AUTH0_CLIENT_SECRET: undefined },
    "domain",
    /^domain is missing, and so are clientId and clientSecret\. .*AUTH0_DOMAIN, AUTH0_CLIENT_ID and AUTH0_CLIENT_SECRET/,
  ],
  [
    { AUTH0_DOMAIN: "", AUTH0_CLIENT_SECRET: " " },
    "domain",
    /^domain is missing, and so is clientSecret\. .*AUTH0_DOMAIN and AUTH0_CLIENT_SECRET/,
  ],
  [
    { AUTH0_CLIENT_ID: undefined, AUTH0_CLIENT_SECRET: undefined },
    "clientId",
    /^clientId is missing, and so is clientSecret\. .*AUTH0_CLIENT_ID and AUTH0_CLIENT_SECRET/,
  ],
]) {
  test(`fromEnv without ${Object.keys(missing).join(" and ")} names all of them at once`, (t) => {
    const all = { domain: "t.auth0.com", clientId: "c", clientSecret: "s" };
    environment(t, { ...variablesOf(all), ...missing });
    assert.throws(
      () => Auth0UserSecurityService.fromEnv(),
      (error) => {
        assert.ok(error instanceof ConfigurationError, String(error));
        assert.equal(error.field, field);
        assert.match(error.message, message);
        return true;
      },
    );
  });
}

test("with a private key, no client secret is missing", (t) => {
  environment(t, variablesOf({}));
  const clientAssertion = { privateKey: "not read before the names are complete" };
  assert.throws(
    () => Auth0UserSecurityService.fromEnv({ clientAssertion }),
    /^ConfigurationError.*domain is missing, and so is clientId\./,
  );
});

test("with an access token, neither client id nor secret is missing", (t) => {
  environment(t, variablesOf({ domain: "t.auth0.com" }));
  assert.ok(Auth0UserSecurityService.fromEnv({ accessToken: () => "token" }));
  assert.throws(
    () => Auth0UserSecurityService.fromEnv({ domain: "", accessToken: "token" }),
    /domain is empty/,
  );
});

test("an override that is undefined leaves the variable in force", (t) => {
  environment(t, variablesOf({ domain: "t.auth0.com", clientId: "c", clientSecret: "s" }));
  assert.ok(Auth0UserSecurityService.fromEnv({ clientSecret: undefined, clientId: undefined }));
  assert.ok(Auth0UserSecurityService.fromEnv(undefined));
});

test("fromEnv of a subclass creates an instance of it", (t) => {
  class Ours extends Auth0UserSecurityService {}
  environment(t, variablesOf({ domain: "t.auth0.com", clientId: "c", clientSecret: "s" }));
  assert.ok(Ours.fromEnv() instanceof Ours);
});

/** A server that counts connections and keeps idle ones open. */
async function countingServer(t) {
  const server = createServer((request, response) => {
    const body = request.url === "/oauth/token" ? tokenResponse : { sessions: [] };
    request.resume().on("end", () => {
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify(body));
    });
  });
  server.keepAliveTimeout = 600_000;
  const sockets = [];
  server.on("connection", (socket) => sockets.push(socket));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const domain = `http://127.0.0.1:${server.address().port}`;
  return { sockets, domain, clientId: "c", clientSecret: "s" };
}

test("close ends idle connections, and a later call opens a new one", async (t) => {
  const server = await countingServer(t);
  const service = serviceFor(server);
  await service.findUserSessions(PEOPLE.ada);
  await service.findUserSessions(PEOPLE.ada);
  assert.equal(server.sockets.length, 1);
  const ended = once(server.sockets[0], "close");
  assert.equal(await service.close(), undefined);
  await ended;
  await service.close();
  assert.deepEqual(await service.findUserSessions(PEOPLE.ada), []);
  assert.equal(server.sockets.length, 2);
});

test("leaving the scope of an `await using` closes the service", async (t) => {
  const server = await countingServer(t);
  const service = serviceFor(server);
  await service.findUserSessions(PEOPLE.ada);
  const ended = once(server.sockets[0], "close");
  assert.equal(await service[Symbol.asyncDispose](), undefined);
  await ended;
});

test("what was learned about a tenant is kept while any of its services is open", async (t) => {
  const tenant = await tenantOf(t);
  const once = { retry: { maxAttempts: 1 } };
  const [first, second] = [serviceFor(tenant, once), serviceFor(tenant, once)];
  const isLimited = { code: "ERR_RATE_LIMIT" };
  tenant.fault("get_sessions_for_user", { status: 429, headers: { "retry-after": "600" } });
  await assert.rejects(first.findUserSessions(PEOPLE.ada), isLimited);
  await first.close();
  await first.close();
  await assert.rejects(second.findUserSessions(PEOPLE.ada), isLimited);
  const third = serviceFor(tenant, once);
  await second.close();
  await assert.rejects(third.findUserSessions(PEOPLE.ada), isLimited);
  await third.close();
  const fresh = serviceFor(tenant, once);
  assert.equal((await fresh.findUserSessions(PEOPLE.ada)).length, 5);
});
