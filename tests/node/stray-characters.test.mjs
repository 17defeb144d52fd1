// Settings copied from files, shells and documents with unintended line breaks, spaces or quotes. The
// constructor rejects them, and never quotes them.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Auth0UserSecurityService, ConfigurationError } from "@archie/auth0-user-security";
import { everythingOf } from "../../test-support/error-text.mjs";
import { recordingLogger } from "../../test-support/logger.mjs";

const VALID = { domain: "tenant.eu.auth0.com", clientId: "id", clientSecret: "secret" };

/** The error for a configuration that must have one. */
function errorFor(config) {
  try {
    new Auth0UserSecurityService(config, recordingLogger());
  } catch (error) {
    assert.equal(error.constructor, ConfigurationError, String(error));
    assert.ok(error.message.startsWith(`${error.field} `), error.message);
    assert.ok(error.message.includes(error.hint), "the message lacks the hint");
    return error;
  }
  return assert.fail("the configuration was accepted");
}

const KEY = "canary-4f9a";
/** Each text setting with a valid value. */
const TEXTS = {
  domain: "canary.eu.auth0.com",
  clientId: KEY,
  clientSecret: KEY,
  audience: `https://${KEY}/api/v2/`,
  customDomain: "canary.example.com",
  proxy: `http://user:${KEY}@proxy.example.com:8080`,
  databaseConnection: KEY,
  redirectUri: `https://${KEY}.example.com/callback`,
  "application.clientId": KEY,
  "application.clientSecret": KEY,
  "sharedState.redisUrl": `redis://:${KEY}@localhost:6379`,
};
const SPOILS = [
  ["a line break at its end", (text) => `${text}\n`, /contains a line break/],
  ["a CRLF at its end", (text) => `${text}\r\n`, /contains a line break/],
  ["a line break at its start", (text) => `\n${text}`, /contains a line break/],
  [
    "a line break within",
    (text) => `${text.slice(0, 9)}\n${text.slice(9)}`,
    /contains a line break/,
  ],
  ["a space at its end", (text) => `${text} `, /begins or ends with a space/],
  ["a space at its start", (text) => ` ${text}`, /begins or ends with a space/],
  ["a tab at its end", (text) => `${text}\t`, /begins or ends with a space/],
  ["a no-break space at its end", (text) => `${text}\u00a0`, /begins or ends with a space/],
  ["a byte order mark", (text) => `\ufeff${text}`, /begins or ends with .* invisible/],
  ["a zero-width space at its end", (text) => `${text}\u200b`, /begins or ends with .* invisible/],
  ["double quotes", (text) => `"${text}"`, /begins or ends with a quote/],
  ["single quotes", (text) => `'${text}'`, /begins or ends with a quote/],
  ["typographic quotes", (text) => `\u201c${text}\u201d`, /begins or ends with a quote/],
  ["an unmatched quote", (text) => `${text}"`, /begins or ends with a quote/],
  ["a NUL", (text) => `${text}\u0000${text}`, /contains a control character/],
  ["an escape", (text) => `${text}\u001b[0m${text}`, /contains a control character/],
];

/** VALID with one setting, and the other settings that it needs. */
function withSetting(field, value) {
  const [outer, inner] = field.split(".");
  const beside = outer === "application" ? { clientId: "web" } : {};
  return { ...VALID, [outer]: inner ? { ...beside, [inner]: value } : value };
}

for (const [field, text] of Object.entries(TEXTS)) {
  test(`a clean ${field} is accepted`, () => {
    new Auth0UserSecurityService(withSetting(field, text), recordingLogger());
  });
  for (const [name, spoil, problem] of SPOILS) {
    test(`${field} with ${name} is rejected, named and not quoted`, () => {
      const error = errorFor(withSetting(field, spoil(text)));
      assert.equal(error.field, field);
      assert.match(error.message, problem);
      assert.ok(!everythingOf(error).includes("canary"), error.message);
    });
  }
}

const VARIABLES = {
  AUTH0_DOMAIN: "domain",
  AUTH0_CLIENT_ID: "clientId",
  AUTH0_CLIENT_SECRET: "clientSecret",
  AUTH0_AUDIENCE: "audience",
};

for (const [variable, field] of Object.entries(VARIABLES)) {
  test(`${variable} with a line break, a space or quotes is rejected by fromEnv`, (t) => {
    const before = { ...process.env };
    t.after(() => {
      process.env = before;
    });
    for (const [name, of] of Object.entries(VARIABLES)) process.env[name] = TEXTS[of];
    Auth0UserSecurityService.fromEnv({}, recordingLogger());
    for (const [name, spoil, problem] of SPOILS) {
      // An environment variable ends at a NUL.
      if (name === "a NUL") continue;
      process.env[variable] = spoil(TEXTS[field]);
      assert.throws(() => Auth0UserSecurityService.fromEnv({}, recordingLogger()), {
        name: "ConfigurationError",
        field,
        message: problem,
      });
    }
  });
}
