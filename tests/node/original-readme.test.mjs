// Every TypeScript block in the original package's README compiles and runs unchanged: the shorter ones
// here, the numbered and bulk examples in original-examples.test.mjs.

import assert from "node:assert/strict";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { UserAuthenticationMethodProvider } from "@archie/auth0-user-security";
import { runProgram } from "../../test-support/child.mjs";
import { templates } from "../../test-support/connection.mjs";
import { blocksLeftOut } from "../../test-support/original-modules.mjs";
import { originalProject } from "../../test-support/original-project.mjs";
import { originalBlocks } from "../../test-support/original-readme.mjs";
import { original, originalStage, USER } from "../../test-support/original-stage.mjs";
import { PEOPLE, SESSIONS, startProxy, startTenant } from "../../test-support/tenant.mjs";

const { ada, linus } = PEOPLE;

const stage = originalStage();

original("every block belongs to a module", () => {
  assert.equal(originalBlocks.length, 24);
  assert.deepEqual(blocksLeftOut(), []);
});

original("every block except the bulk examples compiles under strict", (t) => {
  assert.equal(originalProject(t, { isStrict: true }).compile(), "");
});

original("the API reference's own examples run", async () => {
  await stage.load("reference");
  assert.deepEqual(stage.printed, [
    "Desktop",
    "Chrome 120.0.0",
    "email-password",
    "Username-Password-Authentication",
  ]);
});

original("the documented enum is the exported one", async () => {
  const { UserAuthenticationMethodProvider: documented } = await stage.load("provider");
  assert.deepEqual({ ...UserAuthenticationMethodProvider }, { ...documented });
});

original("the NestJS service lists and revokes", async () => {
  const { UserSecurityService } = await stage.load("nestjs");
  const service = new UserSecurityService();
  assert.equal((await service.getUserSessions(ada)).length, 5);
  assert.equal(await service.revokeSession(ada, SESSIONS.adaIphone), undefined);
  assert.equal(stage.tenant.session(SESSIONS.adaIphone), undefined);
});

original("the Express app lists, revokes and reports", async (t) => {
  const { app } = await stage.load("express");
  const server = app.listen(0, "127.0.0.1");
  t.after(() => server.close().closeAllConnections());
  await once(server, "listening");
  const origin = `http://127.0.0.1:${server.address().port}`;
  const path = `${origin}/users/${encodeURIComponent(linus)}/sessions`;

  const listed = await fetch(path);
  const [session] = await listed.json();
  assert.deepEqual([listed.status, session.userId], [200, linus]);
  const foreign = await fetch(`${path}/${SESSIONS.graceTablet}`, { method: "DELETE" });
  assert.equal(foreign.status, 500);
  assert.match((await foreign.json()).error, /does not exist or does not belong/);
  const revoked = await fetch(`${path}/${session.id}`, { method: "DELETE" });
  assert.equal(revoked.status, 204);
  assert.deepEqual(stage.tenant.sessions(linus), []);
});

original("the error handling detects a missing session or user", async () => {
  await stage.load("error-handling");
  assert.deepEqual(stage.printed, ["User not found in Auth0"]);
});

/**
 * Runs "Basic Usage" with its literal domain, client id and client secret: the environment routes
 * that name to a tenant, through a proxy. `prelude` runs before it.
 */
async function basicUsage(t, prelude = "") {
  const named = await startTenant({
    https: true,
    domain: "your-tenant.auth0.com",
    clientId: "your-client-id",
    clientSecret: "your-client-secret",
    seed: {
      users: [{ user_id: USER, email: "u@example.com" }],
      sessions: [{ id: "sessionId", user_id: USER }],
    },
  });
  t.after(() => named.close());
  const proxy = await startProxy({ routes: { "your-tenant.auth0.com:443": named } });
  t.after(() => proxy.close());
  const authority = join(stage.directory, "authority.pem");
  writeFileSync(authority, named.ca);
  const env = { HTTPS_PROXY: proxy.url, NO_PROXY: "", SSL_CERT_FILE: authority };
  const program = `${prelude}\nawait import(input.module);`;
  const module = pathToFileURL(join(stage.directory, "basic-usage.js")).href;
  return { named, ...(await runProgram(program, { module }, env)) };
}

original(
  "the basic usage reaches its tenant, whose response names the audience to set",
  async (t) => {
    const { code, stderr } = await basicUsage(t);
    assert.equal(code, 1);
    assert.match(
      stderr,
      /ConfigurationError( \[ERR_CONFIGURATION\])?: audience "your-api-audience" was refused/,
    );
    assert.match(stderr, /field: 'audience'/);
  },
);

/** Wraps the class to fill in the two placeholders that no tenant accepts. */
const FILLED_IN = `
  import { createRequire } from "node:module";
  const security = createRequire(process.cwd() + "/")("@archie/auth0-user-security");
  const { Auth0UserSecurityService: Service } = security;
  const filledIn = { "your-api-audience": "https://your-tenant.auth0.com/api/v2/", user123: "${USER}" };
  class Filled extends Service {
    constructor(config) {
      super({ ...config, audience: filledIn[config.audience] });
    }
  }
  for (const name of ["findUserSessions", "revokeUserSession", "generatePasswordChangeTicket"]) {
    Filled.prototype[name] = function (user, ...rest) {
      return Service.prototype[name].call(this, filledIn[user], ...rest);
    };
  }
  security.Auth0UserSecurityService = Filled;
`;

original("with audience and user filled in, the basic usage runs to completion", async (t) => {
  const { named, code, stderr } = await basicUsage(t, FILLED_IN);
  assert.equal(code, 0, stderr);
  assert.deepEqual(named.sessions(USER), []);
  assert.equal(templates(named).at(-1), "POST /api/v2/tickets/password-change");
});
