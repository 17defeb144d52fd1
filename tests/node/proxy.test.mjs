// Proxies: which one is used, what it can see, and what the error says if the proxy fails.

import assert from "node:assert/strict";
import { connect, createServer } from "node:net";
import { after, before, test } from "node:test";
import { createServer as createTlsServer } from "node:tls";
import { ConfigurationError, NetworkError } from "@archie/auth0-user-security";
import { configOf, sessionsIn } from "../../test-support/child.mjs";
import { everythingOf } from "../../test-support/error-text.mjs";
import { authority, issued } from "../../test-support/secure-server.mjs";
import { rejection, serviceFor } from "../../test-support/service.mjs";
import { listening } from "../../test-support/tcp-server.mjs";
import { PEOPLE, startProxy, startTenant } from "../../test-support/tenant.mjs";

const { ada } = PEOPLE;
/** A name that no resolver knows. */
const NAMED = "tenant.auth0.invalid";
const PASSWORD = "canary pass:wörd/@";
const SAFE_PASSWORD = encodeURIComponent(PASSWORD);

let tenant;

before(async () => {
  tenant = await startTenant({ https: true, domain: NAMED });
});
after(() => tenant.close());

/** A proxy that connects to the tenant, under its own name and under that of loopback. */
async function proxyOf(t, options) {
  const routes = { [`${NAMED}:443`]: tenant, [new URL(tenant.url).host]: tenant };
  const proxy = await startProxy({ routes, ...options });
  t.after(() => proxy.close());
  return proxy;
}

/** The URL of a proxy with credentials. */
const withCredentials = (url, user, password) => url.replace("://", `://${user}:${password}@`);

const find = (config) => {
  const settings = { tls: { ca: tenant.ca }, retry: { maxAttempts: 2, maxDelayMs: 0 }, ...config };
  return serviceFor(tenant, settings).findUserSessions(ada);
};

/** Asserts that the error names the proxy, without its credentials. */
function assertProxyError(error, message, attempts) {
  assert.equal(error.constructor, NetworkError, String(error));
  assert.match(error.message, message);
  assert.equal(error.attempts, attempts);
  assertSilent(error);
}

function assertSilent(error) {
  const everything = everythingOf(error);
  const encoded = Buffer.from(`user:${PASSWORD}`).toString("base64");
  for (const secret of [PASSWORD, SAFE_PASSWORD, "canary", encoded]) {
    assert.ok(!everything.includes(secret), everything);
  }
}

test("every request uses the configured proxy, in one tunnel", async (t) => {
  const proxy = await proxyOf(t);
  assert.equal((await find({ proxy: proxy.url })).length, 5);
  assert.deepEqual(proxy.connections, [{ target: `${NAMED}:443`, allowed: true }]);
  assert.equal(tenant.requests.at(-1).httpVersion, "2.0");
});

test("a tenant on loopback with TLS is reached through the configured proxy", async (t) => {
  const proxy = await proxyOf(t);
  const { host } = new URL(tenant.url);
  const service = serviceFor(
    { ...configOf(tenant), domain: host },
    { tls: { ca: tenant.ca }, proxy: proxy.url, audience: tenant.audience },
  );
  assert.equal((await service.findUserSessions(ada)).length, 5);
  assert.deepEqual(proxy.connections, [{ target: host, allowed: true }]);
});

test("only the proxy gets its credentials, decoded", async (t) => {
  const proxy = await proxyOf(t, { credentials: `user:${PASSWORD}` });
  const url = withCredentials(proxy.url, "user", SAFE_PASSWORD);
  assert.equal((await find({ proxy: url })).length, 5);
  assert.deepEqual(proxy.connections, [{ target: `${NAMED}:443`, allowed: true }]);
  const sent = JSON.stringify(tenant.requests.map(({ rawHeaders }) => rawHeaders));
  assert.ok(!/proxy-authorization/i.test(sent));
});

for (const [name, user, password] of [
  ["without credentials", "", ""],
  ["with the wrong ones", "user", "canary-wrong"],
]) {
  test(`a proxy that rejects the connection ${name} is not tried twice`, async (t) => {
    const proxy = await proxyOf(t, { credentials: `user:${PASSWORD}` });
    const url = user ? withCredentials(proxy.url, user, password) : proxy.url;
    const error = await rejection(find({ proxy: url }));
    assertProxyError(error, /the proxy requires authentication .* Pass credentials in the URL/, 1);
    assert.equal(proxy.connections.length, 1);
  });
}

test("a proxy that refuses to connect is named as the cause", async (t) => {
  const proxy = await proxyOf(t, { routes: {} });
  const url = withCredentials(proxy.url, "user", SAFE_PASSWORD);
  const error = await rejection(find({ proxy: url }));
  assertProxyError(error, /the proxy refused to connect to it .* Allow CONNECT/, 2);
});

test("an unreachable proxy is named as the cause", async () => {
  const url = withCredentials("http://127.0.0.1:1", "user", SAFE_PASSWORD);
  const error = await rejection(find({ proxy: url }));
  assertProxyError(error, /no connection to the proxy .* Check the setting `proxy`/, 2);
});

test("a proxy that never responds is named as the cause within the attempt", async (t) => {
  const host = await listening(t, createServer());
  const proxy = `http://user:${SAFE_PASSWORD}@${host}`;
  const error = await rejection(find({ proxy, attemptTimeoutMs: 1000 }));
  assertProxyError(error, /through the proxy in time .* Check the setting `proxy`/, 2);
});

for (const [name, bytes] of [
  ["something that is not HTTP", "SSH-2.0-OpenSSH_9.6\r\n"],
  ["endless headers", `HTTP/1.1 200 OK\r\n${"x-flood: canary\r\n".repeat(1000)}`],
  ["nothing", ""],
]) {
  test(`a proxy that responds with ${name} is named as the cause`, async (t) => {
    const responding = createServer((socket) => socket.once("data", () => socket.end(bytes)));
    const error = await rejection(find({ proxy: `http://${await listening(t, responding)}` }));
    assertProxyError(error, /the proxy refused to connect to it/, 2);
  });
}

/** A proxy reached over TLS, in front of another one. */
function overTls(t, proxy) {
  const { port, hostname } = new URL(proxy.url);
  const server = createTlsServer(issued(), (socket) => {
    const upstream = connect(Number(port), hostname);
    upstream.on("error", () => {});
    socket.on("error", () => {}).on("close", () => upstream.destroy());
    socket.pipe(upstream).pipe(socket);
  });
  return listening(t, server);
}

test("a proxy may be reached over TLS", async (t) => {
  const proxy = await proxyOf(t, { credentials: `user:${PASSWORD}` });
  const host = await overTls(t, proxy);
  const sessions = await find({
    tls: { ca: tenant.ca + authority.pem },
    proxy: `https://user:${SAFE_PASSWORD}@${host}`,
  });
  assert.equal(sessions.length, 5);
  assert.equal(proxy.connections.length, 1);
});

test("a proxy whose certificate is not trusted gets no credentials", async (t) => {
  const proxy = await proxyOf(t);
  const url = `https://user:${SAFE_PASSWORD}@${await overTls(t, proxy)}`;
  const error = await rejection(find({ proxy: url }));
  assertProxyError(error, /the certificate of the proxy cannot be trusted .* `tls.ca`/, 1);
  assert.deepEqual(proxy.connections, []);
});

test("for an untrusted certificate of the tenant, the error names the tenant, not the proxy", async (t) => {
  const proxy = await proxyOf(t);
  const error = await rejection(find({ proxy: proxy.url, tls: { ca: authority.pem } }));
  assertProxyError(error, /Auth0 has a certificate from an authority that is not trusted/, 1);
});

/** No proxy, with variables in upper and lower case. */
const NO_PROXIES = Object.fromEntries(
  ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY"].flatMap((name) => [
    [name, undefined],
    [name.toLowerCase(), undefined],
  ]),
);

/** What a separate process prints about ada's sessions, where only `env` names proxies. */
const printed = (config, env) =>
  sessionsIn({ ...configOf(tenant), tls: { ca: tenant.ca }, ...config }, ada, {
    ...NO_PROXIES,
    ...env,
  });

for (const variable of ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"]) {
  test(`${variable} in the environment is used, with its credentials`, async (t) => {
    const proxy = await proxyOf(t, { credentials: `user:${PASSWORD}` });
    const url = withCredentials(proxy.url, "user", SAFE_PASSWORD);
    assert.equal(await printed({}, { [variable]: url }), "5");
    assert.equal(proxy.connections.length, 1);
  });
}

test("NO_PROXY excludes a tenant from the environment's proxy, but not from a configured one", async (t) => {
  const proxy = await proxyOf(t);
  const config = { retry: { maxAttempts: 1 }, timeoutMs: 5000 };
  const lists = [
    ...[NAMED, NAMED.toUpperCase(), `${NAMED}:443`, ".auth0.invalid", "*.auth0.invalid", "*"],
    ...[
      "a.example, auth0.invalid",
      "a.example auth0.invalid",
      "a.example\t*.auth0.invalid:443",
      "a.example *",
    ],
  ];
  for (const list of lists) {
    // Without a proxy that name does not resolve.
    const env = { HTTPS_PROXY: proxy.url, NO_PROXY: list };
    assert.match(await printed(config, env), /^(NetworkError|TimeoutError)/, list);
  }
  assert.deepEqual(proxy.connections, []);
  assert.equal(await printed({ proxy: proxy.url }, { NO_PROXY: "*" }), "5");
});

test("NO_PROXY excludes no other host, and no other port", async (t) => {
  const proxy = await proxyOf(t);
  for (const list of [`${NAMED}:8443`, `other.${NAMED}`, "th0.invalid", "*.example", ":443 , *."]) {
    assert.equal(await printed({}, { HTTPS_PROXY: proxy.url, NO_PROXY: list }), "5", list);
  }
});

test("with proxy: false the environment's proxy is not used", async (t) => {
  const proxy = await proxyOf(t);
  const config = { proxy: false, retry: { maxAttempts: 1 }, timeoutMs: 5000 };
  const text = await printed(config, { HTTPS_PROXY: proxy.url });
  assert.match(text, /^(NetworkError|TimeoutError)/);
  assert.deepEqual(proxy.connections, []);
});

test("a tenant on loopback is not reached through the environment's proxy", async (t) => {
  const proxy = await proxyOf(t);
  const { host } = new URL(tenant.url);
  for (const domain of [host, host.replace("127.0.0.1", "localhost")]) {
    const config = { domain, audience: tenant.audience };
    assert.equal(await printed(config, { HTTPS_PROXY: proxy.url }), "5");
  }
  assert.deepEqual(proxy.connections, []);
});

test("a configured proxy overrides the environment's", async (t) => {
  const [named, other] = [await proxyOf(t), await proxyOf(t)];
  assert.equal(await printed({ proxy: named.url }, { HTTPS_PROXY: other.url }), "5");
  assert.deepEqual([named.connections.length, other.connections.length], [1, 0]);
});

test("a SOCKS proxy in the environment is detected", async () => {
  const text = await printed({}, { HTTPS_PROXY: "socks5://user:canary@127.0.0.1:1080" });
  assert.match(text, /^NetworkError: .*neither HTTP nor HTTPS \(1 attempt\)/);
  assert.ok(!text.includes("canary"));
});

for (const [name, proxy] of [
  ["true", true],
  ["a number", 8080],
  ["an object", { host: "proxy.example.com" }],
  ["nothing", ""],
  ["only a host", "proxy.example.com:8080"],
  ["another scheme", "socks5://user:canary@proxy.example.com"],
  ["no host", "http://"],
  ["credentials without a host", "http://user:canary@"],
  ["a path", "http://user:canary@proxy.example.com/path"],
  ["a query", "http://user:canary@proxy.example.com?x"],
  ["a fragment", "http://user:canary@proxy.example.com#x"],
  ["an invalid port", "http://user:canary@proxy.example.com:99999"],
  ["a line break in the host", "http://user:canary@proxy.example.com\r\nx: y:80/z"],
]) {
  test(`${name} as proxy is a configuration error that quotes nothing`, () => {
    const config = { domain: NAMED, clientId: "c", clientSecret: "s" };
    const error = errorFor(config, { proxy });
    assert.equal(error.field, "proxy");
    assert.match(error.hint, /http:\/\/user:password@proxy\.example\.com:8080|false/);
    assertSilent(error);
  });
}

function errorFor(config, settings) {
  try {
    serviceFor(config, settings);
  } catch (error) {
    assert.equal(error.constructor, ConfigurationError, String(error));
    return error;
  }
  return assert.fail("the configuration was accepted");
}

test("a proxy that could read requests is a configuration error", () => {
  const config = { domain: "http://127.0.0.1:4000", clientId: "c", clientSecret: "s" };
  const proxy = "http://127.0.0.1:8080";
  assert.match(errorFor(config, { proxy }).message, /^proxy would see the secret/);
  const named = { ...config, domain: NAMED };
  const error = errorFor(named, { proxy, customDomain: "http://localhost:1" });
  assert.match(error.message, /^proxy would see the secret/);
  serviceFor(config, { proxy: false });
  serviceFor(named, { proxy });
});
