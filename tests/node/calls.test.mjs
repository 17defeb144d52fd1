// A call can be cancelled, has a deadline, rejects for wrong arguments, and shares one token.

import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { beforeEach, test } from "node:test";
import { PEOPLE, SESSIONS } from "@archie/auth0-tenant-emulator";
import { TimeoutError } from "@archie/auth0-user-security";
import {
  announced,
  held,
  scriptedServer,
  tokenResponse,
} from "../../test-support/scripted-server.mjs";
import { rejection, serviceFor, sharedTenant, tokenRequests } from "../../test-support/service.mjs";

const { ada } = PEOPLE;

const tenant = await sharedTenant();
let service;

beforeEach(() => {
  service = serviceFor(tenant);
});

/** Every method, with valid arguments and the options last. */
const methods = {
  findUserSessions: [ada],
  revokeUserSession: [ada, SESSIONS.adaIphone],
  revokeAllUserSessions: [ada],
  revokeOtherUserSessions: [ada, SESSIONS.adaWindows],
};

for (const [name, goodArguments] of Object.entries(methods)) {
  const call = (options, it = service) => it[name](...goodArguments, options);

  test(`${name} with an aborted signal sends nothing and rejects with the reason`, async () => {
    const reason = { mine: true };
    assert.equal(await rejection(call({ signal: AbortSignal.abort(reason) })), reason);
    assert.deepEqual(tenant.requests, []);
  });

  test(`${name} aborted in flight rejects with the reason and leaves no listener`, async (t) => {
    const { asked, response } = announced("hang");
    const server = await scriptedServer(t, { token: response });
    const controller = new AbortController();
    const { signal } = controller;
    const pending = rejection(call({ signal }, serviceFor(server)));
    await asked;
    controller.abort("enough");
    assert.equal(await pending, "enough");
    assert.deepEqual(getEventListeners(signal, "abort"), []);
  });

  test(`${name} leaves no listener on a signal that never fires`, async () => {
    const { signal } = new AbortController();
    await call({ signal });
    assert.deepEqual(getEventListeners(signal, "abort"), []);
  });

  test(`${name} without a response before its deadline is TimeoutError`, async (t) => {
    for (const script of [{ token: "hang" }, { api: "hang" }]) {
      const server = await scriptedServer(t, script);
      const error = await rejection(call({ timeoutMs: 200 }, serviceFor(server)));
      assert.equal(error.constructor, TimeoutError, String(error));
      assert.deepEqual([error.code, error.operation, error.statusCode], ["ERR_TIMEOUT", name, 0]);
    }
  });

  test(`${name} with invalid options rejects and sends nothing`, async () => {
    for (const options of [
      5,
      "options",
      true,
      Symbol("x"),
      () => {},
      { signal: {} },
      { signal: 5 },
      { timeoutMs: "1000" },
      { timeoutMs: 0 },
      { timeoutMs: -1 },
      { timeoutMs: Number.NaN },
      { timeoutMs: Infinity },
      { timeoutMs: 86_400_001 },
      { timeOutMs: 5 },
      { waitUntilGon: true },
    ]) {
      const error = await rejection(call(options));
      assert.equal(error.name, "TypeError", String(error));
      assert.match(error.code, /^ERR_INVALID_ARG_(TYPE|VALUE)$/);
    }
    assert.deepEqual(tenant.requests, []);
  });

  test(`${name} with a user of the wrong type rejects and sends nothing`, async () => {
    const [, ...others] = goodArguments;
    for (const user of [
      undefined,
      null,
      5,
      true,
      Symbol("x"),
      10n,
      () => ada,
      {},
      [],
      [ada],
      { id: 5 },
      { sub: [] },
      { id: null },
      { email: 5 },
      { email: "a@example.com", connection: 5 },
      { userId: ada },
      new String(ada),
    ]) {
      const error = await rejection(service[name](user, ...others));
      assert.deepEqual([error.name, error.code], ["TypeError", "ERR_INVALID_ARG_TYPE"]);
    }
    assert.deepEqual(tenant.requests, []);
  });

  test(`${name} whose argument has a getter that throws rejects with that error`, async () => {
    const mine = new Error("mine");
    const user = {
      get email() {
        throw mine;
      },
    };
    const [, ...others] = goodArguments;
    assert.equal(await rejection(service[name](user, ...others)), mine);
  });

  test(`${name} accepts undefined, null and empty options`, async () => {
    for (const options of [undefined, null, {}, { signal: undefined, timeoutMs: null }]) {
      tenant.reset();
      await call(options);
    }
  });
}

test("an option of another method is rejected by name", async () => {
  const error = await rejection(service.findUserSessions(ada, { waitUntilGone: true }));
  assert.match(error.message, /waitUntilGone.*currentSessionId/);
  const other = await rejection(service.revokeAllUserSessions(ada, { currentSessionId: "s" }));
  assert.match(other.message, /currentSessionId.*waitUntilGone/);
});

test("a session of the wrong type rejects and sends nothing", async () => {
  for (const session of [undefined, null, 5, {}, [], { id: 5 }, { sessionId: "s" }, () => {}]) {
    const error = await rejection(service.revokeUserSession(ada, session));
    assert.deepEqual([error.name, error.code], ["TypeError", "ERR_INVALID_ARG_TYPE"]);
  }
  assert.deepEqual(tenant.requests, []);
});

test("without a session to keep, revokeOtherUserSessions revokes nothing", async () => {
  for (const current of [undefined, null, "", 5, {}, "..", "\u0000", "a".repeat(301), "\ud800"]) {
    const error = await rejection(service.revokeOtherUserSessions(ada, current));
    assert.equal(error.code, "ERR_INVALID_ARG_TYPE", String(current));
  }
  assert.deepEqual(tenant.requests, []);
});

test("waitUntilGone and currentSessionId of the wrong type reject", async () => {
  for (const waitUntilGone of ["true", 1, {}]) {
    const error = await rejection(service.revokeAllUserSessions(ada, { waitUntilGone }));
    assert.equal(error.code, "ERR_INVALID_ARG_TYPE");
  }
  for (const currentSessionId of [5, {}, true]) {
    const error = await rejection(service.findUserSessions(ada, { currentSessionId }));
    assert.equal(error.code, "ERR_INVALID_ARG_TYPE");
  }
});

test("an abort during the request to the Management API rejects with the reason", async (t) => {
  const { asked, response } = announced("hang");
  const server = await scriptedServer(t, { api: response });
  const controller = new AbortController();
  const { signal } = controller;
  const pending = rejection(serviceFor(server).findUserSessions(ada, { signal }));
  await asked;
  controller.abort();
  const error = await pending;
  assert.equal(error, signal.reason);
  assert.equal(error.name, "AbortError");
});

test("an abort in the same tick as the call rejects with the reason", async () => {
  const controller = new AbortController();
  const pending = rejection(service.findUserSessions(ada, { signal: controller.signal }));
  controller.abort("at once");
  assert.equal(await pending, "at once");
});

test("an abort after the response changes nothing", async () => {
  const controller = new AbortController();
  const sessions = await service.findUserSessions(ada, { signal: controller.signal });
  controller.abort();
  assert.ok(sessions.length > 0);
});

test("the signal keeps its own onabort handler", async () => {
  const controller = new AbortController();
  const handler = () => {};
  controller.signal.onabort = handler;
  await service.findUserSessions(ada, { signal: controller.signal });
  assert.equal(controller.signal.onabort, handler);
});

test("one signal can serve many calls without a warning from Node.js", async () => {
  const { signal } = new AbortController();
  const warnings = [];
  const record = (warning) => warnings.push(warning.name);
  process.on("warning", record);
  await Promise.all(Array.from({ length: 20 }, () => service.findUserSessions(ada, { signal })));
  process.off("warning", record);
  assert.deepEqual(warnings, []);
});

test("one deadline covers all attempts and waits", { timeout: 20_000 }, async (t) => {
  const server = await scriptedServer(t, { api: { status: 503 } });
  const retry = { maxAttempts: 20, maxDelayMs: 60_000 };
  const error = await rejection(
    serviceFor(server, { retry }).findUserSessions(ada, { timeoutMs: 700 }),
  );
  assert.ok(["ERR_TIMEOUT", "ERR_AUTH0_API"].includes(error.code), String(error));
});

test("a caller with a short deadline does not fail others that wait for the token", async (t) => {
  const token = held();
  const { asked, response } = announced(token.promise);
  const server = await scriptedServer(t, { token: response, api: { sessions: [] } });
  const shared = serviceFor(server);
  const short = rejection(shared.findUserSessions(ada, { timeoutMs: 200 }));
  const patient = shared.findUserSessions(ada);
  assert.equal((await short).code, "ERR_TIMEOUT");
  await asked;
  token.release(tokenResponse);
  assert.deepEqual(await patient, []);
  assert.equal(tokenRequests(server).length, 1);
});
