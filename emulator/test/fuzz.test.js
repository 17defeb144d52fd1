import assert from "node:assert/strict";
import http from "node:http";
import { connect } from "node:net";
import { after, before, test } from "node:test";
import { token } from "../test-support/client.js";
import { PEOPLE, SESSIONS, startTenant } from "../test-support/tenant.js";

const ROUNDS = 3000;
const HOME = "http://localhost:3000";
let tenant;
let bearer;

before(async () => {
  tenant = await startTenant({ recordLimit: 100, tenantLogoutUrls: [HOME] });
  bearer = (await token(tenant)).body.access_token;
});
after(() => tenant.close());

/** A generator of the same numbers on every run, so that failures are reproducible. */
function numbers(seed) {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const WORDS = [
  "",
  "..",
  "%2e%2e",
  "%00",
  "%",
  "%zz",
  "%252F",
  "__proto__",
  "constructor",
  "toString",
  "null",
  "auth0%7C63d17c6b8869daf88ed7dbb8",
  encodeURIComponent(PEOPLE.grace),
  SESSIONS.adaWindows,
  "-1",
  "9".repeat(40),
  "a".repeat(400),
  "%F0%9F%98%80",
  "%ED%A0%80",
  "take=0",
  "from=x",
  "page=1e9",
  "email=a&email=b",
  "fields=%00",
  "q=a:%22",
  "state=x",
  "auth0%7C",
  "%7C",
  "sort=date:2",
  "%E6%97%A5%E6%9C%AC",
  "%C3%BC",
  "a%0D%0Aset-cookie:%20x=y",
  `returnTo=${HOME}?x=%E6%97%A5%0D%0A`,
];
const VALUES = [
  null,
  true,
  0,
  -1,
  1.5,
  "",
  "x",
  [],
  {},
  [[]],
  { a: { b: [null] } },
  "auth0|x",
  PEOPLE.ada,
  "https://x",
  "x".repeat(300),
];
const KEYS = [
  "user_id",
  "provider",
  "link_with",
  "connection_id",
  "session_id",
  "session_metadata",
  "ids",
  "email",
  "ttl_sec",
  "identity",
  "grant_type",
  "client_id",
  "code",
  "__proto__",
  "constructor",
  "connection",
  "user_metadata",
  "type",
  "refresh_token_metadata",
  "client_assertion",
  "password",
];
const TYPES = [
  "application/json",
  "application/json",
  "application/json",
  "application/json",
  "application/x-www-form-urlencoded",
  "text/plain",
  "x",
  "application/json; charset=utf-99",
  ";;",
];

function randomBody(pick) {
  if (pick(4) === 0) return ["{", "[", "nul", "\u0000", "a=b&a=c", "%", '"x"', "1"][pick(8)];
  const entries = Array.from({ length: pick(4) }, () => [
    KEYS[pick(KEYS.length)],
    VALUES[pick(VALUES.length)],
  ]);
  const object = `{${entries.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(",")}}`;
  return pick(6) === 0 ? `[${object}]` : object;
}

function randomPath(pick, routes) {
  const { template } = routes[pick(routes.length)];
  const filled = template.replace(/\{\w+\}/g, () => WORDS[pick(WORDS.length)]);
  return pick(2)
    ? filled
    : `${filled}?${WORDS[pick(WORDS.length)]}&${WORDS[pick(WORDS.length)]}=${WORDS[pick(WORDS.length)]}`;
}

function send(agent, { method, path, headers, body }) {
  const { hostname, port } = new URL(tenant.url);
  return new Promise((resolve, reject) => {
    const request = http.request({ agent, hostname, port, method, path, headers }, (response) => {
      response.resume().on("end", () => resolve(response.statusCode));
    });
    request.on("error", reject).end(body);
  });
}

test(`${ROUNDS} generated requests: a response to each, and never a 500`, async () => {
  const pick = numbers(20260823);
  const routes = tenant.routes;
  const methods = ["GET", "POST", "PATCH", "PUT", "DELETE", "OPTIONS", "PURGE"];
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  for (let round = 0; round < ROUNDS; round++) {
    const named = routes[pick(routes.length)];
    const method = pick(3) ? named.method : methods[pick(methods.length)];
    const path = randomPath(pick, pick(3) ? [named] : routes);
    const body = method === "GET" ? undefined : randomBody(pick);
    const headers = {
      ...(pick(5) && { authorization: `Bearer ${bearer}` }),
      ...(body !== undefined && {
        "content-type": TYPES[pick(TYPES.length)],
        "content-length": Buffer.byteLength(body),
      }),
    };
    const status = await send(agent, { method, path, headers, body });
    assert.ok(status < 500, `${status} for ${method} ${path} ${JSON.stringify(headers)} ${body}`);
  }
  agent.destroy();
});

test("each of the words can be part of where a logout leads, encoded where a header needs it", async () => {
  for (const word of WORDS) {
    const url = `${tenant.url}/v2/logout?returnTo=${HOME}?x=${word}`;
    const response = await fetch(url, { redirect: "manual" });
    assert.equal(response.status, 302, word);
    assert.match(response.headers.get("location"), /^http:\/\/localhost:3000\?x=[!-~]*$/, word);
  }
});

test("bytes that are not HTTP do no harm", async () => {
  const { hostname, port } = new URL(tenant.url);
  const garbage = [
    "\r\n\r\n",
    "GET\r\n\r\n",
    "GET / HTTP/9.9\r\n\r\n",
    "POST /oauth/token HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
    `GET /${"a".repeat(20_000)} HTTP/1.1\r\nhost: x\r\n\r\n`,
    "\u0016\u0003\u0001\u0000",
  ];
  for (const bytes of garbage) {
    await new Promise((resolve) => {
      const socket = connect(Number(port), hostname, () => socket.end(bytes));
      socket.on("close", resolve).on("error", () => {});
      socket.resume();
    });
  }
  const keys = await fetch(`${tenant.url}/.well-known/jwks.json`);
  assert.equal(keys.status, 200);
});

test("a body over one megabyte is rejected", async () => {
  const response = await fetch(`${tenant.url}/oauth/token`, {
    method: "POST",
    body: "x".repeat(1_100_000),
  });
  assert.equal(response.status, 413);
});
