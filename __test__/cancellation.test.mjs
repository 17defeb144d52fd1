// A call ends when it is aborted or its time is up, at whatever point it is, and leaves nothing behind.

import assert from "node:assert/strict";
import { test } from "node:test";
import { RateLimitError, TimeoutError } from "@archie/auth0-user-security";
import { held, scriptedServer } from "./support/scripted-server.mjs";
import { rejection, serviceFor } from "./support/service.mjs";

const USER = "auth0|a";
const USED_UP = {
  headers: { "x-ratelimit-limit": 10, "x-ratelimit-remaining": 0 },
  body: { sessions: [] },
};

/** Tells when the server was asked, and answers as told. */
const point = (answer) => {
  const asked = held();
  const choice = () => {
    asked.release();
    return answer;
  };
  return { asked: asked.promise, choice };
};
const half = (response) => {
  response.writeHead(200, { "content-type": "application/json", "content-length": 1000 });
  response.write('{"sessions":[');
};

/** Where a call can be: what the server does then, and how many requests it has seen. */
const POINTS = {
  "the token request": () => {
    const { asked, choice } = point("hang");
    return { asked, script: { token: choice } };
  },
  "the request": () => {
    const { asked, choice } = point("hang");
    return { asked, script: { api: choice } };
  },
  "the body of the answer": () => {
    const { asked, choice } = point(half);
    return { asked, script: { api: choice } };
  },
  "the pause before another attempt": () => {
    const { asked, choice } = point({ status: 503, headers: { "retry-after": "20" } });
    return { asked, script: { api: choice } };
  },
  "the pause that Auth0 asked for": () => {
    const { asked, choice } = point({ status: 429, headers: { "retry-after": "20" } });
    return { asked, script: { api: choice } };
  },
  "the poll for what was revoked": () => {
    const { asked, choice } = point({ id: "s", user_id: USER });
    let requests = 0;
    const api = ({ method }) => {
      requests += 1;
      if (method !== "GET") return { status: 202 };
      return requests > 3 ? choice() : { id: "s", user_id: USER };
    };
    const start = (service, options) =>
      service.revokeUserSession(USER, "s", { ...options, waitUntilGone: true });
    return { asked, script: { api }, start };
  },
};
const find = (service, options) => service.findUserSessions(USER, options);

for (const [name, prepare] of Object.entries(POINTS)) {
  test(`an abort during ${name} ends the call and what it had open`, async (t) => {
    const { asked, script, start = find } = prepare();
    const server = await scriptedServer(t, script);
    const controller = new AbortController();
    const call = rejection(start(serviceFor(server), { signal: controller.signal }));
    await asked;
    controller.abort("enough");
    assert.equal(await call, "enough");
    await server.quiet();
    const sent = server.requests.length;
    // Whatever the aborted call might still send would come before this.
    await rejection(find(serviceFor(server), { timeoutMs: 150 }));
    const more = server.requests.length - sent;
    assert.ok(more <= 2, `${more} further requests`);
  });

  test(`a deadline during ${name} ends the call and what it had open`, async (t) => {
    const { script, start = find } = prepare();
    const server = await scriptedServer(t, script);
    const error = await rejection(start(serviceFor(server), { timeoutMs: 250 }));
    assert.match(error.code, /^ERR_(TIMEOUT|RATE_LIMIT|AUTH0_API)$/, String(error));
    await server.quiet();
  });
}

test("a deadline in line for the rate limit is a RateLimitError and leaves nothing behind", async (t) => {
  const server = await scriptedServer(t, { api: USED_UP });
  const service = serviceFor(server);
  await find(service);
  const errors = await Promise.all(
    Array.from({ length: 100 }, () => rejection(find(service, { timeoutMs: 100 }))),
  );
  assert.ok(errors.every((error) => error.constructor === RateLimitError));
  await server.quiet();
  assert.equal(server.requests.length, 2);
});

test("the deadline of one call does not end the others in line", async (t) => {
  const gate = held();
  const server = await scriptedServer(t, { api: () => gate.promise });
  const service = serviceFor(server);
  const patient = Array.from({ length: 10 }, () => find(service));
  const hasty = Array.from({ length: 10 }, () => rejection(find(service, { timeoutMs: 150 })));
  for (const error of await Promise.all(hasty)) {
    assert.ok([RateLimitError, TimeoutError].includes(error.constructor), String(error));
  }
  gate.release({ sessions: [] });
  assert.deepEqual(new Set((await Promise.all(patient)).map((list) => list.length)), new Set([0]));
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
  const service = serviceFor(server);
  await find(service);
  const controller = new AbortController();
  const { signal } = controller;
  const calls = Array.from({ length: 1000 }, () => rejection(find(service, { signal })));
  await ready.promise;
  controller.abort("all");
  assert.deepEqual(new Set(await Promise.all(calls)), new Set(["all"]));
  await server.quiet();
});
