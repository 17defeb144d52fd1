import assert from "node:assert/strict";
import http from "node:http";
import http2 from "node:http2";
import https from "node:https";
import { text } from "node:stream/consumers";
import { after, before, test } from "node:test";
import { connect as connectTls } from "node:tls";
import { PEOPLE, startProxy, startTenant } from "../test-support/tenant.js";

let tenant;

before(async () => {
  tenant = await startTenant({
    https: { hosts: ["extra.example.com"] },
    domain: "your-tenant.auth0.com",
  });
});
after(() => tenant.close());

/** A GET over HTTP/1.1, trusting the given authority. */
function get(url, options = {}) {
  return new Promise((resolve, reject) => {
    https
      .get(url, { ca: tenant.ca, agent: false, ...options }, (response) => {
        response
          .setEncoding("utf8")
          .on("data", (text) => resolve({ status: response.statusCode, text }));
      })
      .on("error", reject);
  });
}

test("HTTP/1.1 works with a certificate of the tenant's own authority", async () => {
  const { text } = await get(`${tenant.url}/.well-known/openid-configuration`);
  assert.equal(JSON.parse(text).issuer, "https://your-tenant.auth0.com/");
  assert.equal(tenant.domain, "your-tenant.auth0.com");
  assert.equal(tenant.audience, "https://your-tenant.auth0.com/api/v2/");
});

test("the certificate names the domain, loopback and the extra hosts, and nothing else", async () => {
  for (const servername of ["your-tenant.auth0.com", "localhost", "extra.example.com"]) {
    assert.equal((await get(`${tenant.url}/.well-known/jwks.json`, { servername })).status, 200);
  }
  const wrong = get(`${tenant.url}/`, { servername: "other.example.com" });
  await assert.rejects(wrong, { code: "ERR_TLS_CERT_ALTNAME_INVALID" });
});

test("a client that does not know the authority rejects the certificate", async () => {
  await assert.rejects(get(`${tenant.url}/`, { ca: undefined }), /certificate/);
});

test("an expired certificate on request", async (t) => {
  const old = await startTenant({ https: { expired: true } });
  t.after(() => old.close());
  await assert.rejects(get(old.url, { ca: old.ca }), { code: "CERT_HAS_EXPIRED" });
});

test("HTTP/2 works for clients that offer it", async () => {
  const session = http2.connect(tenant.url, { ca: tenant.ca });
  const status = await new Promise((resolve, reject) => {
    session.on("error", reject);
    session.request({ ":path": "/.well-known/jwks.json" }).on("response", (headers) => {
      resolve(headers[":status"]);
    });
  });
  assert.equal(status, 200);
  assert.equal(tenant.requests.at(-1).httpVersion, "2.0");
  session.destroy();
});

test("faults also work over HTTP/2", async () => {
  for (const what of [{ reset: "before" }, { reset: "after" }, { truncate: 10 }]) {
    tenant.fault("jwks", what);
    const session = http2.connect(tenant.url, { ca: tenant.ca });
    session.on("error", () => {});
    const stream = session.request({ ":path": "/.well-known/jwks.json" });
    // Node.js ends the stream of a lost connection without an error, so only what arrived counts.
    const received = await text(stream).catch(() => "");
    assert.ok(received.length <= 10);
    session.destroy();
  }
});

test("a login works over HTTPS", async () => {
  assert.ok((await tenant.login({ user: PEOPLE.grace })).code);
});

test("a proxy with credentials rejects clients without them", async (t) => {
  const target = "your-tenant.auth0.com:443";
  const proxy = await startProxy({ routes: { [target]: tenant }, credentials: "user:pass" });
  t.after(() => proxy.close());
  const { hostname, port } = new URL(proxy.url);
  const statusWith = (headers) =>
    new Promise((resolve, reject) => {
      const method = "CONNECT";
      const request = http.request({ hostname, port, method, path: target, headers, agent: false });
      request.on("connect", (response, socket) => resolve(response.statusCode, socket.destroy()));
      request.on("error", reject).end();
    });
  const basic = (pair) => ({
    "proxy-authorization": `Basic ${Buffer.from(pair).toString("base64")}`,
  });
  assert.equal(await statusWith({}), 407);
  assert.equal(await statusWith(basic("user:wrong")), 407);
  assert.equal(await statusWith(basic("user:pass")), 200);
  assert.deepEqual(
    proxy.connections.map(({ allowed }) => allowed),
    [false, false, true],
  );
});

test("a proxy connects a hard-coded domain to the tenant, and allows no other destination", async (t) => {
  const proxy = await startProxy({ routes: { "your-tenant.auth0.com:443": tenant } });
  t.after(() => proxy.close());
  const tunnel = (path) =>
    new Promise((resolve, reject) => {
      const { hostname, port } = new URL(proxy.url);
      const request = http.request({ hostname, port, method: "CONNECT", path, agent: false });
      request.on("connect", (response, socket) => resolve({ status: response.statusCode, socket }));
      request.on("error", reject).end();
    });
  const { socket } = await tunnel("your-tenant.auth0.com:443");
  const secure = connectTls({ socket, ca: tenant.ca, servername: "your-tenant.auth0.com" });
  const host = "your-tenant.auth0.com";
  secure.write(`GET /.well-known/jwks.json HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`);
  assert.match(await text(secure), /^HTTP\/1\.1 200 /);
  const refused = await tunnel("elsewhere.example:443");
  assert.equal(refused.status, 502);
  refused.socket.destroy();
  assert.deepEqual(
    proxy.connections.map(({ allowed }) => allowed),
    [true, false],
  );
});
