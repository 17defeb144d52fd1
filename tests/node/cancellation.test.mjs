// A call ends when it is aborted or its deadline passes, whatever it is waiting for, and leaves nothing behind.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { RateLimitError, TimeoutError } from "@archie/auth0-user-security";
import { announced, held, scriptedServer } from "../../test-support/scripted-server.mjs";
import { rejection, serviceFor } from "../../test-support/service.mjs";

const USER = "auth0|a";
const USED_UP = {
  headers: { "x-ratelimit-limit": 10, "x-ratelimit-remaining": 0 },
  body: { sessions: [] },
};

const half = (response) => {
  response.writeHead(200, { "content-type": "application/json", "content-length": 1000 });
  response.write('{"sessions":[');
};

/** The points at which a call can be: what the server does there, and how many requests it has received. */
const POINTS = {
  "the token request": () => {
    const { asked, response } = announced("hang");
    return { asked, script: { token: response } };
  },
  "the request": () => {
    const { asked, response } = announced("hang");
    return { asked, script: { api: response } };
  },
  "the body of the response": () => {
    const { asked, response } = announced(half);
    return { asked, script: { api: response } };
  },
  "the pause before another attempt": () => {
    const { asked, response } = announced({ status: 503, headers: { "retry-after": "1" } });
    return { asked, script: { api: response }, pause: 1200 };
  },
  "the pause that Auth0 requested": () => {
    const { asked, response } = announced({ status: 429, headers: { "retry-after": "1" } });
    return { asked, script: { api: response }, pause: 1200 };
  },
  "the poll for what was revoked": () => {
    const session = { id: "s", user_id: USER };
    const { asked, response } = announced({ sessions: [session] });
    let lists = 0;
    const api = ({ method, url }) => {
      if (method !== "GET") return { status: 202 };
      if (!url.includes("/users/")) return session;
      lists += 1;
      return lists > 1 ? response() : { sessions: [session] };
    };
    const start = (service, options) =>
      service.revokeUserSession(USER, "s", { ...options, waitUntilGone: true });
    return { asked, script: { api }, start };
  },
};
const find = (service, options) => service.findUserSessions(USER, options);

/** Only the abort or the deadline of the call itself can end it. */
const patient = { attemptTimeoutMs: 3_600_000, timeoutMs: 3_600_000 };
/** Longer than an abort takes, and than the pauses above. */
const SOON = 5000;
const soon = (promise) =>
  Promise.race([
    promise,
    sleep(SOON, undefined, { ref: false }).then(() => assert.fail("not soon")),
  ]);

for (const [name, prepare] of Object.entries(POINTS)) {
  test(`an abort during ${name} ends the call and its open requests`, async (t) => {
    const { asked, script, start = find, pause = 0 } = prepare();
    const server = await scriptedServer(t, script);
    const controller = new AbortController();
    const call = rejection(start(serviceFor(server, patient), { signal: controller.signal }));
    await asked;
    const sent = server.requests.length;
    controller.abort("enough");
    assert.equal(await soon(call), "enough");
    await soon(server.quiet());
    // Whatever it had scheduled would have been sent by then.
    await sleep(pause);
    assert.equal(server.requests.length, sent);
  });

  test(`a deadline during ${name} ends the call and its open requests`, async (t) => {
    const { script, start = find } = prepare();
    const server = await scriptedServer(t, script);
    const call = rejection(start(serviceFor(server, patient), { timeoutMs: 250 }));
    const error = await soon(call);
    assert.match(error.code, /^ERR_(TIMEOUT|RATE_LIMIT|AUTH0_API)$/, String(error));
    await soon(server.quiet());
  });
}

test("a deadline in the wait queue is a RateLimitError and leaves nothing behind", async (t) => {
  const server = await scriptedServer(t, { api: USED_UP });
  const service = serviceFor(server, patient);
  await find(service);
  const calls = Array.from({ length: 100 }, () => rejection(find(service, { timeoutMs: 100 })));
  const errors = await soon(Promise.all(calls));
  assert.ok(errors.every((error) => error.constructor === RateLimitError));
  await soon(server.quiet());
  assert.equal(server.requests.length, 2);
});

test("the deadline of one call does not end others in the wait queue", async (t) => {
  const gate = held();
  const server = await scriptedServer(t, { api: () => gate.promise });
  const service = serviceFor(server);
  const waiting = Array.from({ length: 10 }, () => find(service));
  const hasty = Array.from({ length: 10 }, () => rejection(find(service, { timeoutMs: 150 })));
  for (const error of await Promise.all(hasty)) {
    assert.ok([RateLimitError, TimeoutError].includes(error.constructor), String(error));
  }
  gate.release({ sessions: [] });
  assert.deepEqual(new Set((await Promise.all(waiting)).map((list) => list.length)), new Set([0]));
});

test("a thousand aborted calls leave no open request", async (t) => {
  let asked = 0;
  const ready = held();
  const server = await scriptedServer(t, {
    api: () => {
      asked += 1;
      if (asked === 1) return { sessions: [] };
      if (asked === 500) ready.release();
      return "hang";
    },
  });
  const service = serviceFor(server, { ...patient, maxConnections: 600 });
  await find(service);
  const controller = new AbortController();
  const { signal } = controller;
  const calls = Array.from({ length: 1000 }, () => rejection(find(service, { signal })));
  await ready.promise;
  controller.abort("all");
  assert.deepEqual(new Set(await soon(Promise.all(calls))), new Set(["all"]));
  await soon(server.quiet());
});
