// Canaries: code, verifier, ID token, access token and ticket URL pass through every failure of linking,
// unlinking and ticket creation, and appear in no error and no log line.

import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { everythingOf } from "../../test-support/error-text.mjs";
import { recordingLogger } from "../../test-support/logger.mjs";
import { serviceFor } from "../../test-support/service.mjs";
import {
  genuine,
  goodClaims,
  isCodeExchange,
  PRIMARY,
  scriptedIssuer,
} from "../../test-support/signing.mjs";

const CALLBACK = "https://app.example.com/callback";
const CODE = "cAnArY-code-83hf";
const ACCESS_TOKEN = "cAnArY-access-token-9c2e";
const SECRET = "cAnArY-secret-77aa";
const TICKET = "https://t.example/u/reset-password?ticket=cAnArY-ticket-5d1b";
const config = { retry: { maxAttempts: 2, maxDelayMs: 0 }, logLevel: "debug" };
/** For requests that get no response. */
const impatient = { timeoutMs: 200, attemptTimeoutMs: 90 };

/** Everything in the request, and secrets from other responses. */
function echo({ url, headers, body }) {
  const text = `${url} ${JSON.stringify(headers)} ${body} ${TICKET} ${CODE} ${ACCESS_TOKEN}`;
  const fields = ["error", "error_description", "message", "errorCode", "ticket", "id_token"];
  return Object.fromEntries(fields.map((field) => [field, text]));
}

const failures = {
  ...Object.fromEntries(
    [400, 401, 403, 404, 409, 429, 500, 503].map((status) => [
      status,
      (request) => ({ status, headers: { "retry-after": "0" }, body: echo(request) }),
    ]),
  ),
  "a redirect": ({ body }) => ({
    status: 302,
    headers: { location: `https://x.example/?${body}` },
  }),
  "an echo with 200": echo,
  "an echo within a list": (request) => ({ body: [echo(request)] }),
  "an echo of another structure": (request) => {
    const everything = echo(request);
    return { body: { id_token: everything, ticket: everything, identities: everything } };
  },
  "an echo as a single text": (request) => ({
    body: JSON.stringify(JSON.stringify(echo(request))),
  }),
  "truncated JSON": (request) => ({ body: JSON.stringify(echo(request)).slice(0, -9) }),
  HTML: (request) => ({ body: `<p>${inspect(echo(request))}</p>` }),
  "a broken connection": () => "reset",
  "no response": () => "hang",
};

const PLACES = ["code", "keys", "userInfo", "primary", "secondary", "link", "token"];

/** Every call with the canaries, against an issuer that fails at one endpoint. */
async function runAll(t, place, fail, settings) {
  const issuer = await scriptedIssuer(t, { userInfo: { sub: "github|x" }, [place]: fail });
  const logger = recordingLogger();
  const service = serviceFor(
    { ...issuer, clientSecret: SECRET },
    { ...config, ...settings },
    logger,
  );
  const ticket = service.generateAccountConnectionUrl("google-oauth2", CALLBACK, { user: PRIMARY });
  issuer.idToken = genuine(goodClaims(issuer, ticket.nonce));
  const { state } = ticket;
  const outcomes = await Promise.allSettled([
    service.findUserAuthenticationMethods(PRIMARY),
    service.connectSecondaryAccount(PRIMARY, CALLBACK, CODE, { state }),
    service.connectSecondaryAccount(PRIMARY, "github", ACCESS_TOKEN),
    service.disconnectSecondaryAccount(PRIMARY, "google-oauth2", "secondary"),
    service.generatePasswordChangeTicket(PRIMARY),
  ]);
  const errors = outcomes.filter(({ status }) => status === "rejected").map((one) => one.reason);
  const output = [...errors.map(everythingOf), inspect([logger.lines, service], { depth: 10 })];
  return { issuer, errors, output: output.join("\n") };
}

/** The secrets of this run: those above, and those that appear only in requests. */
function secretsOf(issuer) {
  const exchanges = issuer.requests.filter(isCodeExchange);
  const verifiers = exchanges.map(({ body }) => new URLSearchParams(body).get("code_verifier"));
  return ["cAnArY", "ticket=", issuer.idToken, issuer.idToken.split(".")[2], ...verifiers];
}

for (const place of PLACES) {
  for (const [name, fail] of Object.entries(failures)) {
    test(`no secret appears when ${place} gets ${name}`, async (t) => {
      const { issuer, errors, output } = await runAll(
        t,
        place,
        fail,
        name === "no response" && impatient,
      );
      assert.ok(errors.length > 0);
      for (const secret of secretsOf(issuer)) {
        const at = output.indexOf(secret);
        assert.equal(at, -1, `${secret} in: ${output.slice(Math.max(0, at - 200), at + 60)}`);
      }
    });
  }
}

test("code, verifier and token are sent where they belong, and nowhere else", async (t) => {
  const { issuer } = await runAll(t, "userInfo", { sub: "github|x" });
  const isFor = (secret) =>
    issuer.requests
      .filter((request) => JSON.stringify(request).includes(secret))
      .map(({ url }) => url);
  const [exchange] = issuer.requests.filter(isCodeExchange);
  const form = new URLSearchParams(exchange.body);
  assert.equal(form.get("code"), CODE);
  assert.match(form.get("code_verifier"), /^[A-Za-z0-9_-]{43}$/);
  assert.deepEqual(isFor(CODE), ["/oauth/token"]);
  assert.deepEqual(isFor(form.get("code_verifier")), ["/oauth/token"]);
  assert.deepEqual(isFor(ACCESS_TOKEN), ["/userinfo"]);
  assert.deepEqual(isFor(issuer.idToken), []);
});

test("rejected arguments are not quoted", async () => {
  const logger = recordingLogger();
  const nowhere = { domain: "http://127.0.0.1:1", clientId: "c", clientSecret: SECRET };
  const service = serviceFor(nowhere, config, logger);
  const spoilt = `${CODE} with a space`;
  const outcomes = await Promise.allSettled([
    service.connectSecondaryAccount(PRIMARY, CALLBACK, spoilt),
    service.connectSecondaryAccount(PRIMARY, "github", spoilt),
    service.connectSecondaryAccount(PRIMARY, CALLBACK, CODE, { state: spoilt }),
    service.connectSecondaryAccount(PRIMARY, `javascript:${spoilt}`, CODE),
    service.connectSecondaryAccount(PRIMARY, spoilt, CODE),
    service.generatePasswordChangeTicket(PRIMARY, `javascript:${spoilt}`),
    (async () => service.generateAccountConnectionUrl("github", `https://a/#${spoilt}`))(),
    (async () => service.generateAccountConnectionUrl(spoilt, CALLBACK))(),
  ]);
  const output = outcomes.map(({ reason }) => everythingOf(reason)).join("\n");
  assert.ok(outcomes.every(({ status }) => status === "rejected"));
  assert.ok(!`${output}${inspect(logger.lines)}`.includes("cAnArY"), output);
});
