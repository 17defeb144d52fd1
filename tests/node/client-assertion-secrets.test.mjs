// Canaries: a private key and what it signed pass through every failure of the token endpoint and of
// the constructor, and appear in no error, no log line and no inspected object.

import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { Auth0UserSecurityService } from "@archie/auth0-user-security";
import { everythingOf } from "../../test-support/error-text.mjs";
import { assertionsOf, pemPair } from "../../test-support/keys.mjs";
import { recordingLogger } from "../../test-support/logger.mjs";
import { serviceFor } from "../../test-support/service.mjs";
import { genuine, goodClaims, PRIMARY, scriptedIssuer } from "../../test-support/signing.mjs";

const CALLBACK = "https://app.example.com/callback";
const keys = { RSA: pemPair("rsa").privateKey, "P-256": pemPair().privateKey };
const config = { retry: { maxAttempts: 2, maxDelayMs: 0 }, logLevel: "debug" };
const inspectFully = (value) => inspect(value, { depth: 10, showHidden: true, showProxy: true });

/** The lines of the key's content, which no two keys share beyond their first one. */
const linesOf = (pem) => pem.trim().split("\n").slice(2, -1);

/** The bytes of the key as Rust's `Debug` would print them. */
const bytesOf = (pem) => [...Buffer.from(linesOf(pem)[0], "base64").subarray(3, 15)].join(", ");

function assertSilent(output, secrets) {
  for (const secret of secrets) {
    const at = output.indexOf(secret);
    assert.equal(at, -1, `${secret} in: ${output.slice(Math.max(0, at - 200), at + 60)}`);
  }
}

/** Everything in the request, in every field that an error may quote. */
function echo({ url, headers, body }) {
  const assertion = new URLSearchParams(body).get("client_assertion");
  const text = `${url} ${JSON.stringify(headers)} ${body} ${assertion}`;
  const fields = ["error", "error_description", "message", "errorCode", "id_token"];
  return Object.fromEntries(fields.map((field) => [field, text]));
}

const failures = {
  ...Object.fromEntries(
    [400, 401, 403, 429, 500, 503].map((status) => [
      status,
      (request) => ({ status, headers: { "retry-after": "0" }, body: echo(request) }),
    ]),
  ),
  "an echo with 200": echo,
  "a redirect": ({ body }) => ({
    status: 302,
    headers: { location: `https://x.example/?${body}` },
  }),
  "truncated JSON": (request) => ({ body: JSON.stringify(echo(request)).slice(0, -9) }),
  HTML: (request) => ({ body: `<p>${inspect(echo(request))}</p>` }),
  "a broken connection": () => "reset",
};

/** Both uses of the key, against an issuer that fails at one place. */
async function run(t, privateKey, place, fail) {
  const issuer = await scriptedIssuer(t, { [place]: fail });
  const { domain, clientId } = issuer;
  const logger = recordingLogger();
  const clientAssertion = { privateKey };
  const service = serviceFor({ domain, clientId }, { ...config, clientAssertion }, logger);
  const ticket = service.generateAccountConnectionUrl("google-oauth2", CALLBACK, { user: PRIMARY });
  issuer.idToken = genuine(goodClaims(issuer, ticket.nonce));
  const { state } = ticket;
  const outcomes = await Promise.allSettled([
    service.findUserAuthenticationMethods(PRIMARY),
    service.connectSecondaryAccount(PRIMARY, CALLBACK, "code", { state }),
    service.checkConfiguration(),
  ]);
  const texts = outcomes.map(({ value, reason }) =>
    reason ? everythingOf(reason) : inspect(value),
  );
  const output = [...texts, inspectFully(logger.lines), inspectFully(service), ticket.redirect];
  return { issuer, outcomes, output: output.join("\n") };
}

for (const [kind, privateKey] of Object.entries(keys)) {
  for (const place of ["token", "code"]) {
    for (const [name, fail] of Object.entries(failures)) {
      test(`a ${kind} key appears nowhere when ${place} gets ${name}`, async (t) => {
        const { issuer, outcomes, output } = await run(t, privateKey, place, fail);
        assert.ok(outcomes.some(({ status }) => status === "rejected"));
        const assertions = assertionsOf(issuer).map(({ text }) => text);
        assert.ok(assertions.length > 0);
        const signatures = assertions.map((text) => text.split(".")[2]);
        assertSilent(output, [...linesOf(privateKey), bytesOf(privateKey), ...signatures]);
      });
    }
  }

  for (const [name, spoil] of Object.entries({
    "an additional unknown setting": (key) => ({ clientAssertion: { privateKey: key, key } }),
    "an algorithm that does not fit": (key) => ({
      clientAssertion: { privateKey: key, algorithm: kind === "RSA" ? "ES256" : "RS256" },
    }),
    "a key as algorithm": (key) => ({ clientAssertion: { privateKey: key, algorithm: key } }),
    "a key as key id": (key) => ({ clientAssertion: { privateKey: key, keyId: key } }),
    "a key without its object": (key) => ({ clientAssertion: key }),
    "a key in a list": (key) => ({ clientAssertion: { privateKey: [key] } }),
    "a secret as well": (key) => ({ clientSecret: key, clientAssertion: { privateKey: key } }),
    "a key without a line": (key) => ({
      clientAssertion: { privateKey: key.split("\n").toSpliced(1, 1).join("\n") },
    }),
    "a key without its end": (key) => ({ clientAssertion: { privateKey: key.slice(0, -20) } }),
    "a key with foreign characters": (key) => ({
      clientAssertion: { privateKey: key.replaceAll("A", "é") },
    }),
    "a key under another label": (key) => ({
      clientAssertion: { privateKey: key.replaceAll("PRIVATE KEY", "CERTIFICATE") },
    }),
    "a key as domain": (key) => ({ domain: key, clientAssertion: { privateKey: key } }),
  })) {
    test(`a ${kind} key appears nowhere in the error for ${name}`, () => {
      const given = { domain: "t.auth0.com", clientId: "c", ...spoil(privateKey) };
      try {
        new Auth0UserSecurityService(given);
        assert.fail("the configuration was accepted");
      } catch (error) {
        assert.equal(error.code, "ERR_CONFIGURATION", String(error));
        assertSilent(everythingOf(error), linesOf(privateKey));
      }
    });
  }
}
