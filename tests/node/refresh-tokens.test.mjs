// What happens to refresh tokens when their sessions are revoked.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { PEOPLE, SESSIONS } from "@archie/auth0-tenant-emulator";
import { InsufficientScopeError } from "@archie/auth0-user-security";
import { recordingLogger } from "../../test-support/logger.mjs";
import { scriptedServer } from "../../test-support/scripted-server.mjs";
import {
  rejection,
  serviceFor,
  sharedTenant,
  tokenRequests,
  writes,
} from "../../test-support/service.mjs";

const { ada } = PEOPLE;
const { adaWindows, adaIphone } = SESSIONS;
const WITHOUT_SCOPE = ["read:users", "read:sessions", "delete:sessions"];
const WITH_SCOPE = [...WITHOUT_SCOPE, "delete:refresh_tokens"];

/** One token is bound to each of the two sessions, one to neither. */
const calls = {
  revokeUserSession: {
    run: (service, options) => service.revokeUserSession(ada, adaIphone, options),
    left: [adaWindows, null],
  },
  revokeAllUserSessions: {
    run: (service, options) => service.revokeAllUserSessions({ id: ada }, options),
    left: [],
  },
  revokeOtherUserSessions: {
    run: (service, options) => service.revokeOtherUserSessions(ada, adaWindows, options),
    left: [adaWindows, null],
  },
};

const tenant = await sharedTenant();
let logger;

beforeEach(() => {
  logger = recordingLogger();
});

const service = (revokeRefreshTokens) =>
  serviceFor(tenant, { revokeRefreshTokens, logLevel: "warn" }, logger);
const tokensLeft = () => tenant.refreshTokens(ada).map(({ session_id }) => session_id);
const isRevoked = (id) => tenant.session(id) === undefined;

for (const [name, { run, left }] of Object.entries(calls)) {
  for (const setting of [undefined, "auto", true]) {
    test(`${name}, revokeRefreshTokens ${setting}, scope granted: the tokens are revoked`, async () => {
      tenant.setScopes(WITH_SCOPE);
      await run(service(setting));
      assert.ok(isRevoked(adaIphone));
      assert.deepEqual(tokensLeft(), left);
      assert.deepEqual(logger.lines, []);
    });
  }

  for (const scopes of [WITH_SCOPE, WITHOUT_SCOPE]) {
    test(`${name}, revokeRefreshTokens false, ${scopes.length} scopes: the tokens stay`, async () => {
      tenant.setScopes(scopes);
      await run(service(false));
      assert.ok(isRevoked(adaIphone));
      assert.equal(tokensLeft().length, 3);
      assert.deepEqual(logger.lines, []);
    });
  }

  for (const setting of [undefined, "auto"]) {
    test(`${name}, revokeRefreshTokens ${setting}, scope missing: every call warns`, async () => {
      tenant.setScopes(WITHOUT_SCOPE);
      const auto = service(setting);
      await run(auto);
      assert.ok(isRevoked(adaIphone));
      assert.equal(tokensLeft().length, 3);
      tenant.addSession({ id: adaIphone, user_id: ada });
      await run(auto);
      await logger.count(2);
      for (const { level, message, details } of logger.lines) {
        assert.equal(level, "warn");
        assert.match(message, /delete:refresh_tokens/);
        assert.equal(details.missingScope, "delete:refresh_tokens");
      }
    });
  }

  test(`${name}, revokeRefreshTokens true, scope missing: nothing is changed`, async () => {
    tenant.setScopes(WITHOUT_SCOPE);
    const error = await rejection(run(service(true)));
    assert.ok(error instanceof InsufficientScopeError, String(error));
    assert.equal(error.code, "ERR_INSUFFICIENT_SCOPE");
    assert.ok(error.requiredScopes.includes("delete:refresh_tokens"));
    assert.match(error.message, /delete:refresh_tokens/);
    assert.deepEqual(writes(tenant), []);
    assert.ok(!isRevoked(adaIphone));
  });

  test(`${name}, revokeRefreshTokens true, scopes unknown: a 403 precedes any change`, async (t) => {
    const server = await silentAboutScopes(t);
    const error = await rejection(run(serviceFor(server, { revokeRefreshTokens: true })));
    assert.ok(error instanceof InsufficientScopeError, String(error));
    assert.deepEqual(accepted(server), []);
  });

  test(`${name}, revokeRefreshTokens auto, scopes unknown: a 403 is a warning`, async (t) => {
    const server = await silentAboutScopes(t);
    await run(serviceFor(server, { logLevel: "warn" }, logger));
    await logger.count(1);
    assert.match(logger.lines[0].message, /refused/);
    assert.ok(accepted(server).length > 0);
  });

  test(`${name}, revokeRefreshTokens auto, scopes unknown: a 403 without a reason is an error`, async (t) => {
    const server = await silentAboutScopes(t, { statusCode: 403, message: "Forbidden" });
    const error = await rejection(run(serviceFor(server, {}, logger)));
    assert.ok(error instanceof InsufficientScopeError, String(error));
    assert.deepEqual(accepted(server), []);
  });
}

const MISSING_SCOPE = {
  statusCode: 403,
  errorCode: "insufficient_scope",
  message: "Insufficient scope",
};

/** A tenant whose token response lacks `scope`, and whose token lacks delete:refresh_tokens. */
async function silentAboutScopes(t, refusal = MISSING_SCOPE) {
  const session = { id: adaIphone, user_id: ada };
  const server = await scriptedServer(t, {
    token: { access_token: "token", expires_in: 86_400 },
    api({ method, url }) {
      if (/\/revoke$|\/refresh-tokens$/.test(url)) return { status: 403, body: refusal };
      if (method === "DELETE") return { status: 202, body: {} };
      return url.includes("/users/") ? { sessions: [session] } : session;
    },
  });
  return server;
}

/** What the scripted server deleted. */
function accepted(server) {
  return server.requests.filter(
    ({ method, url }) => method === "DELETE" && !url.endsWith("/refresh-tokens"),
  );
}

test("scopes are known from the token, so a missing one takes no request", async () => {
  tenant.setScopes(WITHOUT_SCOPE);
  await service("auto").revokeUserSession(ada, adaIphone);
  const refused = tenant.requests.filter(({ status }) => status === 403);
  assert.deepEqual(refused, []);
  assert.equal(tokenRequests(tenant).length, 1);
});
