// The constructor rejects a key that cannot sign: the error names the setting, the problem and the fix.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Auth0UserSecurityService, ConfigurationError } from "@archie/auth0-user-security";
import { pemPair } from "../../test-support/keys.mjs";
import { recordingLogger } from "../../test-support/logger.mjs";

const VALID = { domain: "tenant.eu.auth0.com", clientId: "id" };
const { privateKey, publicKey } = pemPair();
const rsa = pemPair("rsa");
const cipher = { cipher: "aes-256-cbc", passphrase: "passphrase" };
const sealed = (kind, type) => pemPair(kind, { encoding: { type, ...cipher } }).privateKey;
const section = (label, text = "AAAA") =>
  `-----BEGIN ${label}-----\n${text}\n-----END ${label}-----\n`;
const lines = privateKey.trim().split("\n");

function errorFor(config) {
  try {
    new Auth0UserSecurityService({ ...VALID, ...config }, recordingLogger());
  } catch (error) {
    assert.equal(error.constructor, ConfigurationError, String(error));
    assert.ok(error.message.startsWith(`${error.field} `), error.message);
    return error;
  }
  return assert.fail("the configuration was accepted");
}

for (const [name, [given, problem, wayOut]] of Object.entries({
  "no PEM": ["secret", /is not PEM/, /BEGIN PRIVATE KEY/],
  "base64 without PEM": [lines.slice(1, -1).join(""), /is not PEM/, /BEGIN PRIVATE KEY/],
  "an absolute path": ["/etc/keys/auth0", /path/, /readFileSync/],
  "a relative path": ["keys/auth0.pem", /path/, /readFileSync/],
  "a public key": [publicKey, /is a public key/, /private key that belongs to it/],
  "a public key in PKCS#1": [section("RSA PUBLIC KEY"), /is a public key/, /private key/],
  "a certificate": [section("CERTIFICATE"), /is a certificate/, /private key/],
  "an encrypted key": [sealed("ec", "pkcs8"), /encrypted/, /openssl pkey/],
  "an encrypted key in PKCS#1": [sealed("rsa", "pkcs1"), /encrypted/, /openssl pkey/],
  "an encrypted key in SEC1": [sealed("ec", "sec1"), /encrypted/, /openssl pkey/],
  "a key in SEC1": [
    pemPair("ec", { encoding: { type: "sec1" } }).privateKey,
    /SEC1/,
    /openssl pkcs8 -topk8 -nocrypt/,
  ],
  "a key of OpenSSH": [section("OPENSSH PRIVATE KEY"), /PKCS#8 or PKCS#1/, /BEGIN PRIVATE KEY/],
  "another curve": [pemPair("ec", { namedCurve: "P-384" }).privateKey, /P-256/, /prime256v1/],
  "a key of Ed25519": [pemPair("ed25519").privateKey, /P-256/, /RSA/],
  "a key for RSA-PSS only": [pemPair("rsa-pss").privateKey, /neither/, /RSA/],
  "a short RSA key": [pemPair("rsa", { modulusLength: 1024 }).privateKey, /too short/, /2048/],
  "an RSA key of an odd length": [
    pemPair("rsa", { modulusLength: 2304 }).privateKey,
    /length/,
    /2048, 3072 or 4096/,
  ],
  "a key without its end": [lines.slice(0, -1).join("\n"), /without its -----END line/, /-----END/],
  "a key without a line": [[lines[0], ...lines.slice(2)].join("\n"), /damaged/, /./],
  "a key with a foreign character": [privateKey.replace("M", "é"), /damaged/, /unchanged/],
  "an empty section": [section("PRIVATE KEY", ""), /damaged/, /openssl pkey/],
  "another structure": [section("PRIVATE KEY", "MAAwAA=="), /damaged/, /openssl pkey/],
  "\\n as two characters": [privateKey.replaceAll("\n", "\\n"), /two characters/, /replaceAll/],
})) {
  test(`${name} as private key is rejected with the fix`, () => {
    const error = errorFor({ clientAssertion: { privateKey: given } });
    assert.equal(error.field, "clientAssertion.privateKey");
    assert.match(error.message, problem);
    assert.match(error.hint, wayOut);
  });
}

for (const [field, values] of Object.entries({
  clientAssertion: ["key", 5, true, [privateKey]],
  "clientAssertion.privateKey": [undefined, null, "", " ", 5, {}, [privateKey]],
  "clientAssertion.keyId": ["", " ", 5, "two words", "naïve", "line\n", "k".repeat(257)],
  "clientAssertion.algorithm": ["", "HS256", "none", "rs256", "ES384", "RS512", 256],
  "clientAssertion.alg": ["ES256"],
})) {
  for (const value of values) {
    test(`${field} as ${JSON.stringify(value)?.slice(0, 40)} is rejected by name`, () => {
      const name = field.split(".")[1];
      const clientAssertion = name ? { privateKey, [name]: value } : value;
      assert.equal(errorFor({ clientAssertion }).field, field);
    });
  }
}

for (const [kind, key, algorithms] of [
  ["an RSA key", rsa.privateKey, ["ES256"]],
  ["a key of the curve P-256", privateKey, ["RS256", "RS384", "PS256"]],
]) {
  for (const algorithm of algorithms) {
    test(`${algorithm} with ${kind} is rejected, and the error names the algorithms that fit`, () => {
      const error = errorFor({ clientAssertion: { privateKey: key, algorithm } });
      assert.equal(error.field, "clientAssertion.algorithm");
      assert.match(error.hint, kind === "an RSA key" ? /"PS256"/ : /"ES256"/);
    });
  }
}

for (const [name, config] of [
  ["both a secret and a key", { clientSecret: "secret", clientAssertion: { privateKey } }],
  ["neither a secret nor a key", {}],
]) {
  test(`${name} is rejected, and the error names both settings`, () => {
    const error = errorFor(config);
    assert.equal(error.field, "clientSecret");
    assert.match(error.message, /clientAssertion/);
  });
}

test("a Buffer, as read from a file without an encoding, is rejected with the fix", () => {
  const error = errorFor({ clientAssertion: { privateKey: Buffer.from(privateKey) } });
  assert.equal(error.field, "clientAssertion.privateKey");
  assert.match(error.hint, /Buffer.*toString/);
});

test("an error in the application's key has the full name of the setting", () => {
  const given = (application) =>
    errorFor({ clientSecret: "secret", application: { clientId: "web", ...application } });
  const { field } = given({ clientAssertion: { privateKey: publicKey } });
  assert.equal(field, "application.clientAssertion.privateKey");
  const both = given({ clientSecret: "secret", clientAssertion: { privateKey } });
  assert.equal(both.field, "application.clientSecret");
  assert.match(both.message, /clientAssertion/);
});

test("keys that fit are accepted, with and without algorithm and key id", () => {
  const accept = (clientAssertion) => new Auth0UserSecurityService({ ...VALID, clientAssertion });
  for (const algorithm of [undefined, null, "RS256", "RS384", "PS256"]) {
    accept({ privateKey: rsa.privateKey, algorithm });
  }
  for (const keyId of [undefined, null, "k", "k".repeat(256)]) {
    accept({ privateKey, algorithm: "ES256", keyId });
  }
});
