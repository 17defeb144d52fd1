// One access token for all calls: fetched once, renewed once, never mixed up, failures not cached.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { PEOPLE } from "@archie/auth0-tenant-emulator";
import { Auth0ApiError } from "@archie/auth0-user-security";
import {
  announced,
  held,
  scriptedServer,
  tokenResponse,
} from "../../test-support/scripted-server.mjs";
import {
  rejection,
  serviceFor,
  sharedTenant,
  tenantOf,
  tokenRequests,
  writes,
} from "../../test-support/service.mjs";

const { ada } = PEOPLE;

const tenant = await sharedTenant();
let service;

beforeEach(() => {
  service = serviceFor(tenant);
});

test("a thousand concurrent first calls make one token request", async () => {
  const calls = Array.from({ length: 1000 }, () => service.findUserSessions(ada));
  const lists = await Promise.all(calls);
  assert.ok(lists.every((sessions) => sessions.length > 0));
  assert.equal(tokenRequests(tenant).length, 1);
});

test("the token is kept for later calls", async () => {
  for (let i = 0; i < 5; i += 1) await service.findUserSessions(ada);
  assert.equal(tokenRequests(tenant).length, 1);
});

test("an aborted first caller does not fail the others", async (t) => {
  const token = held();
  const { asked, response } = announced(token.promise);
  const server = await scriptedServer(t, { token: response, api: { sessions: [] } });
  const shared = serviceFor(server);
  const controller = new AbortController();
  const first = rejection(shared.findUserSessions(ada, { signal: controller.signal }));
  await asked;
  const others = [shared.findUserSessions(ada), shared.findUserSessions(ada)];
  controller.abort("gone");
  assert.equal(await first, "gone");
  token.release(tokenResponse);
  assert.deepEqual(await Promise.all(others), [[], []]);
  assert.equal(tokenRequests(server).length, 1);
});

test("a token request without waiters ends, and the next call makes its own", async (t) => {
  const asked = held();
  const ended = held();
  let requests = 0;
  const token = () => {
    requests += 1;
    if (requests > 1) return tokenResponse;
    return (response) => {
      response.on("close", ended.release);
      asked.release();
    };
  };
  const server = await scriptedServer(t, { token, api: { sessions: [] } });
  const shared = serviceFor(server);
  const controller = new AbortController();
  const { signal } = controller;
  const waiting = [1, 2, 3].map(() => rejection(shared.findUserSessions(ada, { signal })));
  await asked.promise;
  controller.abort("gone");
  assert.deepEqual(await Promise.all(waiting), ["gone", "gone", "gone"]);
  await ended.promise;
  assert.deepEqual(await shared.findUserSessions(ada), []);
  assert.equal(tokenRequests(server).length, 2);
});

test("a token that Auth0 no longer accepts is renewed once for all calls", async () => {
  await service.findUserSessions(ada);
  await tenant.rotateKeys({ revoke: true });
  const calls = Array.from({ length: 50 }, () => service.findUserSessions(ada));
  assert.ok((await Promise.all(calls)).every((sessions) => sessions.length > 0));
  assert.equal(tokenRequests(tenant).length, 2);
});

test("while even new tokens are rejected, no more are requested", async (t) => {
  const server = await scriptedServer(t, {
    api: { status: 401 },
  });
  const service = serviceFor(server);
  for (let call = 0; call < 10; call += 1) {
    const error = await rejection(service.findUserSessions("auth0|a"));
    assert.equal(error.statusCode, 401);
  }
  assert.equal(tokenRequests(server).length, 2);
});

test("a 401 that a new token does not fix is an error after one renewal", async (t) => {
  const server = await scriptedServer(t, {
    api: { status: 401 },
  });
  const error = await rejection(serviceFor(server).findUserSessions(ada));
  assert.equal(error.constructor, Auth0ApiError);
  assert.deepEqual([error.statusCode, error.attempts], [401, 2]);
  assert.equal(tokenRequests(server).length, 2);
});

test("the renewed token is the one that is sent", async (t) => {
  const server = await scriptedServer(t, {
    token: [
      { ...tokenResponse, access_token: "old" },
      { ...tokenResponse, access_token: "new" },
    ],
    api: ({ headers }) =>
      headers.authorization === "Bearer new" ? { sessions: [] } : { status: 401 },
  });
  const shared = serviceFor(server);
  assert.deepEqual(await shared.findUserSessions(ada), []);
  assert.deepEqual(await shared.findUserSessions(ada), []);
  assert.equal(tokenRequests(server).length, 2);
});

test("a token that is rejected during a call is renewed, and the call continues", async (t) => {
  const old = { ...tokenResponse, access_token: "old" };
  const renewed = { ...tokenResponse, access_token: "new" };
  const page = (number) => ({ sessions: [], ...(number < 4 && { next: `page-${number + 1}` }) });
  const isRefused = ({ url, headers }) =>
    headers.authorization === "Bearer old" && url.includes("page-3");
  const server = await scriptedServer(t, {
    token: [old, renewed],
    api: (request) => {
      if (isRefused(request)) return { status: 401 };
      return page(Number(/page-(\d)/.exec(request.url)?.[1] ?? 1));
    },
  });
  assert.deepEqual(await serviceFor(server).findUserSessions(ada), []);
  const pages = server.requests.filter(({ url }) => url !== "/oauth/token");
  assert.deepEqual(
    pages.map(({ headers }) => headers.authorization.split(" ")[1]),
    ["old", "old", "old", "new", "new"],
  );
  assert.equal(tokenRequests(server).length, 2);
});

test("a change that is rejected for its token is sent once more, and happens once", async () => {
  const [{ id }] = await service.findUserSessions(ada);
  tenant.fault(/^POST .*revoke$/, { status: 401 });
  await service.revokeUserSession(ada, id);
  const changes = writes(tenant);
  assert.deepEqual(
    changes.map(({ status }) => status),
    [401, 202],
  );
  assert.equal(tenant.session(id), undefined);
  assert.equal(tokenRequests(tenant).length, 2);
});

test("a change that is rejected for every token is sent no more than twice", async () => {
  const [{ id }] = await service.findUserSessions(ada);
  const fault = tenant.fault(/^POST .*revoke$/, { status: 401 }, 100);
  const error = await rejection(service.revokeUserSession(ada, id));
  assert.deepEqual([error.code, error.statusCode, error.attempts], ["ERR_AUTH0_API", 401, 2]);
  assert.equal(fault.hits, 2);
  assert.ok(tenant.session(id), "nothing was revoked");
});

test("a failed token request fails all its waiters, and is not cached", async (t) => {
  const failure = held();
  let response = failure.promise;
  const server = await scriptedServer(t, { token: () => response, api: { sessions: [] } });
  const shared = serviceFor(server, { retry: { maxAttempts: 1 } });
  const waiting = Array.from({ length: 10 }, () => rejection(shared.findUserSessions(ada)));
  failure.release({ status: 500, body: { error: "server_error" } });
  for (const error of await Promise.all(waiting)) {
    assert.deepEqual([error.code, error.endpoint], ["ERR_AUTH0_API", "/oauth/token"]);
  }
  response = tokenResponse;
  assert.deepEqual(await shared.findUserSessions(ada), []);
});

test("a token with a short lifetime is renewed after it", async (t) => {
  const server = await scriptedServer(t, {
    token: { ...tokenResponse, expires_in: 0 },
    api: { sessions: [] },
  });
  const shared = serviceFor(server);
  await shared.findUserSessions(ada);
  await shared.findUserSessions(ada);
  assert.equal(tokenRequests(server).length, 2);
});

test("two tenants used concurrently never get each other's token", async (t) => {
  const tenants = [tenant, await tenantOf(t, { clientId: "another-client-of-a-tenant-000001" })];
  const services = tenants.map((one) => serviceFor(one));
  const lists = await Promise.all(
    Array.from({ length: 100 }, (_, index) => services[index % 2].findUserSessions(ada)),
  );
  assert.ok(lists.every((sessions) => sessions.length > 0));
  for (const { requests } of tenants) {
    assert.equal(requests.filter(({ status }) => status === 401).length, 0);
    assert.equal(requests.filter(({ url }) => url === "/oauth/token").length, 1);
  }
});

test("services with different credentials for one tenant have separate tokens", async (t) => {
  const token = ({ body }) => ({
    ...tokenResponse,
    access_token: `token-of-${new URLSearchParams(body).get("client_id")}`,
  });
  const server = await scriptedServer(t, { token, api: { sessions: [] } });
  await serviceFor({ ...server, clientId: "one" }).findUserSessions(ada);
  await serviceFor({ ...server, clientId: "two" }).findUserSessions(ada);
  const sent = server.requests.map(({ headers }) => headers.authorization).filter(Boolean);
  assert.deepEqual(sent, ["Bearer token-of-one", "Bearer token-of-two"]);
});
