// TLS trust: no request is sent to a server whose certificate cannot be verified, whatever the environment
// says, and the error names the problem and the fix.

import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer as createTcpServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { createServer as createTlsServer } from "node:tls";
import { PEOPLE } from "@archie/auth0-tenant-emulator";
import { ConfigurationError, NetworkError } from "@archie/auth0-user-security";
import { boolean, sequence } from "../../emulator/src/tls/der.js";
import { certificate, extension, toPem } from "../../emulator/src/tls/x509.js";
import { configOf, sessionsIn } from "../../test-support/child.mjs";
import { scriptedServer } from "../../test-support/scripted-server.mjs";
import { authority, issued, overHttps } from "../../test-support/secure-server.mjs";
import { rejection, serviceFor, tenantOf } from "../../test-support/service.mjs";
import { listening } from "../../test-support/tcp-server.mjs";

const { ada } = PEOPLE;
const trusting = (ca, config) => ({ tls: { ca }, retry: { maxDelayMs: 0 }, ...config });
const find = (server, config) => serviceFor(server, config).findUserSessions(ada);

let folder;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "tls-test-"));
});
after(() => rm(folder, { recursive: true }));

async function fileOf(name, text) {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

const CREDENTIALS = { clientId: "c", clientSecret: "canary-secret" };

function assertNetworkError(error, message, attempts) {
  assert.equal(error.constructor, NetworkError, String(error));
  assert.match(error.message, message);
  assert.equal(error.attempts, attempts);
}

for (const http2 of [true, false]) {
  const version = http2 ? "2.0" : "1.1";
  test(`a tenant with a trusted certificate is reached by HTTP/${version}`, async (t) => {
    const tenant = await tenantOf(t, { https: true, http2 });
    assert.equal((await find(tenant, trusting(tenant.ca))).length, 5);
    const versions = tenant.requests.map(({ httpVersion }) => httpVersion);
    assert.deepEqual([...new Set(versions)], [version]);
  });
}

for (const [name, https, message] of [
  ["an expired certificate", { expired: true }, /has expired .* Renew the certificate/],
  [
    "a certificate for another host",
    { onlyHosts: true, hosts: ["other.example"] },
    /for another host name .* Check the domain/,
  ],
]) {
  test(`${name} gets no request and no second attempt`, async (t) => {
    const tenant = await tenantOf(t, { https });
    const error = await rejection(find(tenant, trusting(tenant.ca)));
    assertNetworkError(error, message, 1);
    assert.deepEqual(tenant.requests, []);
  });
}

test("a server of an unknown authority gets no request, and the error says how to trust it", async (t) => {
  const tenant = await tenantOf(t, { https: true });
  const error = await rejection(find(tenant));
  assertNetworkError(error, /an authority that is not trusted .* `tls.ca` or in NODE_EXTRA_CA/, 1);
  assert.deepEqual(tenant.requests, []);
});

test("with tls.ca no other authority is trusted", async (t) => {
  const tenant = await tenantOf(t, { https: true });
  const error = await rejection(find(tenant, trusting(authority.pem)));
  assertNetworkError(error, /an authority that is not trusted/, 1);
  assert.deepEqual(tenant.requests, []);
});

test("one of several authorities is enough", async (t) => {
  const tenant = await tenantOf(t, { https: true });
  const config = trusting(`# both\n${authority.pem}\r\n${tenant.ca}`);
  assert.equal((await find(tenant, config)).length, 5);
});

test("a custom domain is verified like the tenant itself", async (t) => {
  const login = await scriptedServer(t, { api: {} }, overHttps);
  const tenant = await tenantOf(t, { https: true });
  const customDomain = login.domain;
  const service = serviceFor(tenant, trusting(tenant.ca, { customDomain }));
  const error = await rejection(service.connectSecondaryAccount(ada, "google-oauth2", "token"));
  assert.match(String(error.cause ?? error), /not trusted/);
  assert.deepEqual(login.requests, []);
});

const NO_ROOTS = { SSL_CERT_FILE: "", SSL_CERT_DIR: "", NODE_EXTRA_CA_CERTS: "" };

/** What a separate process prints about ada's sessions, where only `env` names authorities. */
const printed = (tenant, config, env) =>
  sessionsIn({ ...configOf(tenant), ...config }, ada, { ...NO_ROOTS, ...env });

test("the authorities of SSL_CERT_FILE, SSL_CERT_DIR and NODE_EXTRA_CA_CERTS are trusted", async (t) => {
  const tenant = await tenantOf(t, { https: true });
  const file = await fileOf("ca.pem", tenant.ca);
  const other = await fileOf("other.pem", authority.pem);
  for (const env of [
    { SSL_CERT_FILE: file },
    { SSL_CERT_DIR: folder },
    { NODE_EXTRA_CA_CERTS: file },
    { SSL_CERT_FILE: other, NODE_EXTRA_CA_CERTS: file },
  ]) {
    assert.equal(await printed(tenant, {}, env), "5", JSON.stringify(env));
  }
});

test("tls.ca overrides the authorities of the environment", async (t) => {
  const tenant = await tenantOf(t, { https: true });
  const file = await fileOf("ca.pem", tenant.ca);
  const env = { SSL_CERT_FILE: file, NODE_EXTRA_CA_CERTS: file };
  assert.match(await printed(tenant, trusting(authority.pem), env), /^NetworkError: .*not trusted/);
});

test("an unreadable NODE_EXTRA_CA_CERTS adds nothing and removes nothing", async (t) => {
  const tenant = await tenantOf(t, { https: true });
  const file = await fileOf("ca.pem", tenant.ca);
  const broken = await fileOf(
    "broken.pem",
    "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
  );
  for (const extra of [join(folder, "absent.pem"), folder, broken]) {
    const env = { SSL_CERT_FILE: file, NODE_EXTRA_CA_CERTS: extra };
    assert.equal(await printed(tenant, {}, env), "5", extra);
  }
});

test("NODE_TLS_REJECT_UNAUTHORIZED does not disable verification", async (t) => {
  const tenant = await tenantOf(t, { https: true });
  const other = await fileOf("other.pem", authority.pem);
  const env = { SSL_CERT_FILE: other, NODE_TLS_REJECT_UNAUTHORIZED: "0" };
  const text = await printed(tenant, {}, env);
  assert.match(text, /^NetworkError: .*not trusted/);
  assert.deepEqual(tenant.requests, []);
});

test("the error on a system without root certificates says how to fix it", async (t) => {
  const tenant = await tenantOf(t, { https: true });
  const text = await printed(tenant, {}, {});
  assert.match(text, /^NetworkError: .*no root certificate was found .*\(1 attempt\)/);
  assert.match(text, /ca-certificates, set SSL_CERT_FILE, or pass tls: \{ ca: rootCertificates/);
  assert.deepEqual(tenant.requests, []);
});

test("a tenant without TLS needs no root certificates", async (t) => {
  const tenant = await tenantOf(t);
  assert.equal(await printed(tenant, {}, {}), "5");
});

test("a development certificate that is an authority and the server's at once is refused with the reason", async (t) => {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const isAuthority = extension("2.5.29.19", sequence(boolean(true)), true);
  const self = { subject: "Development", issuer: "Development", publicKey, signer: privateKey };
  const pem = toPem(certificate({ ...self, extensions: [isAuthority] }));
  const key = privateKey.export({ type: "pkcs8", format: "pem" });
  const own = createTlsServer({ key, cert: pem });
  const server = { ...CREDENTIALS, domain: await listening(t, own) };
  const error = await rejection(find(server, trusting(pem)));
  assertNetworkError(error, /certificate of an authority as its own.*Issue a certificate/, 1);
  assert.equal(error.reason, "tls");
});

test("a server that supports at most TLS 1.1 gets no request", async (t) => {
  const versions = { minVersion: "TLSv1.1", maxVersion: "TLSv1.1" };
  const options = { ...issued(), ...versions, ciphers: "DEFAULT@SECLEVEL=0" };
  const server = { ...CREDENTIALS, domain: await listening(t, createTlsServer(options)) };
  const error = await rejection(find(server, trusting(authority.pem)));
  assertNetworkError(error, /does not support a secure TLS version .* TLS 1\.2 or 1\.3/, 3);
});

test("a server that supports at most TLS 1.2 is accepted", async (t) => {
  const only12 = (handler) => {
    const server = overHttps(handler);
    server.setSecureContext({ ...issued(), minVersion: "TLSv1.2", maxVersion: "TLSv1.2" });
    return server;
  };
  const server = await scriptedServer(t, { api: { sessions: [] } }, only12);
  assert.deepEqual(await find(server, trusting(authority.pem)), []);
});

test("a server without TLS gets no readable byte, and the error says that it has no TLS", async (t) => {
  const plain = createTcpServer((socket) => {
    socket.once("data", (bytes) => {
      received.push(bytes);
      socket.end("HTTP/1.1 400 Bad Request\r\n\r\n");
    });
  });
  const received = [];
  const server = { ...CREDENTIALS, domain: await listening(t, plain) };
  const error = await rejection(find(server, trusting(authority.pem)));
  assertNetworkError(error, /does not speak TLS/, 3);
  assert.equal(received.length, 3);
  for (const bytes of received) {
    assert.equal(bytes[0], 0x16, "a TLS handshake");
    assert.ok(!bytes.includes("canary-secret") && !bytes.includes("oauth"));
  }
});

const [block] = authority.pem.match(/-----BEGIN.*END CERTIFICATE-----/s);
const der = Buffer.from(block.replace(/-----[^-]*-----/g, ""), "base64");

for (const [name, ca, message] of [
  ["a path", "/etc/ssl/certs/ca.pem", /readFileSync/],
  ["a file name", "ca.pem", /readFileSync/],
  ["DER", der.toString("latin1"), /openssl x509 -inform der/],
  ["DER decoded as UTF-8", der.toString(), /openssl x509 -inform der/],
  ["a list", [authority.pem], /join/],
  ["text", "hello", /in PEM/],
  ["nothing", "", /in PEM/],
  ["a certificate without its end", block.slice(0, -30), /in PEM/],
  ["PEM that is not base64", block.replace(/\n/, "\n!!!"), /in PEM/],
  ["PEM of something other than a certificate", block.replace(/MII./, "AAAA"), /in PEM/],
  ["a private key", `${block}\n${issued().key}`, /certificate alone/],
]) {
  test(`${name} as tls.ca is a configuration error with a hint`, () => {
    const config = { domain: "t.auth0.com", clientId: "c", clientSecret: "s" };
    assert.throws(
      () => serviceFor(config, { tls: { ca } }),
      (error) => {
        assert.equal(error.constructor, ConfigurationError, String(error));
        assert.equal(error.field, "tls.ca");
        assert.match(error.hint, message);
        assert.ok(!error.message.includes("MII"), "the value is not printed");
        return true;
      },
    );
  });
}

test("tls must be an object with known keys", () => {
  const config = { domain: "t.auth0.com", clientId: "c", clientSecret: "s" };
  for (const [tls, field] of [
    [authority.pem, "tls"],
    [true, "tls"],
    [{ ca: Buffer.from(authority.pem) }, "tls.ca"],
    [{ rejectUnauthorized: false }, "tls.rejectUnauthorized"],
  ]) {
    assert.throws(() => serviceFor(config, { tls }), { name: "ConfigurationError", field });
  }
  serviceFor(config, { tls: {} });
  serviceFor(config, { tls: null });
});
