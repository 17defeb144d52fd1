// What is retried, what is not, and which redirects are never followed.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Auth0ApiError, NetworkError, RateLimitError } from "@archie/auth0-user-security";
import { scriptedServer, tokenResponse } from "../../test-support/scripted-server.mjs";
import { rejection, serviceFor } from "../../test-support/service.mjs";

const USER = "auth0|a";
const EMPTY = { sessions: [] };
const config = { retry: { maxAttempts: 3, maxDelayMs: 0 } };
const find = (server, options) => serviceFor(server, config).findUserSessions(USER, options);
const apiRequests = ({ requests }) => requests.filter(({ url }) => url !== "/oauth/token");

for (const [name, failure] of [
  ["408", { status: 408 }],
  ["429 with Retry-After", { status: 429, headers: { "retry-after": "0" } }],
  ["429 with X-RateLimit-Reset", { status: 429, headers: { "x-ratelimit-reset": "1" } }],
  ["500", { status: 500 }],
  ["502 in HTML", { status: 502, headers: { "content-type": "text/html" }, body: "<p>bad" }],
  ["503 with Retry-After", { status: 503, headers: { "retry-after": "0" } }],
  [
    "503 with a date as Retry-After",
    { status: 503, headers: { "retry-after": "Fri, 31 Dec 1999 23:59:59 GMT" } },
  ],
  ["a broken connection", "reset"],
]) {
  test(`${name} from the Management API is retried`, async (t) => {
    const server = await scriptedServer(t, { api: [failure, failure, EMPTY] });
    assert.deepEqual(await find(server), []);
    assert.equal(apiRequests(server).length, 3);
  });

  test(`${name} from the token endpoint is retried`, async (t) => {
    const server = await scriptedServer(t, { token: [failure, tokenResponse], api: EMPTY });
    assert.deepEqual(await find(server), []);
    assert.equal(server.requests.length, 3);
  });

  test(`${name} is an error with its attempts when they are used up`, async (t) => {
    const server = await scriptedServer(t, { api: failure });
    const error = await rejection(find(server));
    assert.ok(error instanceof Auth0ApiError, String(error));
    assert.equal(error.attempts, 3);
    assert.equal(apiRequests(server).length, 3);
  });
}

for (const status of [400, 403, 404, 409, 422]) {
  test(`${status} is not retried`, async (t) => {
    const server = await scriptedServer(t, { api: { status } });
    await rejection(find(server));
    const lists = apiRequests(server).filter(({ url }) => url.includes("/sessions"));
    assert.equal(lists.length, 1);
  });
}

test("a revocation is retried until it is accepted, whatever the first attempt did", async (t) => {
  const server = await scriptedServer(t, {
    api: [{ id: "s", user_id: USER }, "reset", { status: 503 }, { status: 202 }],
  });
  assert.equal(await serviceFor(server, config).revokeUserSession({ id: USER }, "s"), true);
});

test("a revocation whose response was lost succeeds if the session is gone", async (t) => {
  const server = await scriptedServer(t, {
    api: [{ id: "s", user_id: USER }, "reset", { status: 404 }, { sessions: [] }],
  });
  assert.equal(await serviceFor(server, config).revokeUserSession({ id: USER }, "s"), true);
});

test("one failed revocation does not stop the others, and is reported", async (t) => {
  const sessions = ["a", "b", "c", "d", "e", "f"].map((id) => ({ id, user_id: USER }));
  const server = await scriptedServer(t, {
    api({ method, url }) {
      if (method === "GET") return { sessions };
      return { status: url.includes("/b/") ? 400 : 202 };
    },
  });
  const error = await rejection(serviceFor(server, config).revokeOtherUserSessions(USER, "f"));
  assert.equal(error.statusCode, 400);
  const revoked = apiRequests(server).map(({ url }) => /sessions\/(.)\/revoke/.exec(url)?.[1]);
  assert.deepEqual(revoked.filter(Boolean).sort(), ["a", "b", "c", "d", "e"]);
});

test("a Retry-After beyond the deadline is RateLimitError at once", async (t) => {
  const headers = { "retry-after": "3600" };
  const server = await scriptedServer(t, { api: { status: 429, headers } });
  const error = await rejection(find(server));
  assert.equal(error.constructor, RateLimitError);
  assert.deepEqual([error.attempts, error.retryAfterMs], [1, 3_600_000]);
});

test("an absurd Retry-After is clamped to a day", async (t) => {
  for (const wait of ["999999999", "18446744073709551615"]) {
    const server = await scriptedServer(t, {
      api: { status: 429, headers: { "retry-after": wait } },
    });
    assert.equal((await rejection(find(server))).retryAfterMs, 86_400_000);
  }
});

test("a Retry-After that is not a number is ignored", async (t) => {
  for (const wait of ["soon", "-5", "1e9", "99999999999999999999999"]) {
    const headers = { "retry-after": wait };
    const server = await scriptedServer(t, { api: [{ status: 429, headers }, EMPTY] });
    assert.deepEqual(await find(server), []);
  }
});

test("a 429 of the token endpoint is RateLimitError", async (t) => {
  const token = {
    status: 429,
    headers: { "retry-after": "3600" },
    body: { error: "too_many_requests" },
  };
  const error = await rejection(find(await scriptedServer(t, { token })));
  assert.equal(error.constructor, RateLimitError);
  assert.deepEqual([error.endpoint, error.retryAfterMs], ["/oauth/token", 3_600_000]);
});

for (const status of [301, 302, 303, 307, 308]) {
  for (const place of ["token", "api"]) {
    test(`a ${status} from the ${place} endpoint is never followed`, async (t) => {
      const elsewhere = await scriptedServer(t, { token: tokenResponse, api: EMPTY });
      const path = place === "token" ? "/oauth/token" : "/api/v2/users/x/sessions";
      const redirect = { status, headers: { location: `${elsewhere.domain}${path}` } };
      const server = await scriptedServer(t, { [place]: redirect });
      const error = await rejection(find(server));
      assert.equal(error.constructor, Auth0ApiError, String(error));
      assert.equal(error.statusCode, status);
      assert.match(error.message, /redirect/);
      assert.deepEqual(elsewhere.requests, []);
      assert.equal(server.requests.length, place === "token" ? 1 : 2);
    });
  }
}

test("a redirect to another path of the same server is not followed either", async (t) => {
  const redirect = { status: 307, headers: { location: "/api/v2/users/b/sessions" } };
  const server = await scriptedServer(t, { api: [redirect, EMPTY] });
  assert.equal((await rejection(find(server))).statusCode, 307);
});

test("an interim response is not a response", async (t) => {
  const hints = () => (response) => {
    response.writeEarlyHints({ link: "</style.css>; rel=preload" });
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(EMPTY));
  };
  assert.deepEqual(await find(await scriptedServer(t, { api: hints })), []);
});

test("a closed port is NetworkError after every attempt", async () => {
  const nobody = { domain: "http://127.0.0.1:1", clientId: "c", clientSecret: "s" };
  const error = await rejection(find(nobody));
  assert.equal(error.constructor, NetworkError);
  assert.equal(error.attempts, 3);
});

test("a revocation that gets 404 is no success while Auth0 still shows the session", async (t) => {
  const server = await scriptedServer(t, {
    api: ({ method }) => (method === "GET" ? { id: "s", user_id: USER } : { status: 404 }),
  });
  const error = await rejection(serviceFor(server, config).revokeUserSession({ id: USER }, "s"));
  assert.deepEqual([error.code, error.statusCode], ["ERR_AUTH0_API", 404]);
});

test("an HTML page does not prove that a session was revoked", async (t) => {
  const page = { headers: { "content-type": "text/html" }, body: "\n<p>Back soon</p>" };
  const server = await scriptedServer(t, {
    api: ({ method }) => (method === "GET" ? { id: "s", user_id: USER } : page),
  });
  const service = serviceFor(server, config);
  const one = await rejection(service.revokeUserSession({ id: USER }, "s"));
  const all = await rejection(service.revokeAllUserSessions({ id: USER }));
  for (const { message } of [one, all]) assert.match(message, /did not come from Auth0's API/);
});
