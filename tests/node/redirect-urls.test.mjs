// Where a browser may be sent: one rule for every redirect URL that the library accepts.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PEOPLE } from "@archie/auth0-tenant-emulator";
import { rejection, serviceFor, tenantOf, writes } from "../../test-support/service.mjs";

const CONFIG = { domain: "tenant.eu.auth0.com", clientId: "client", clientSecret: "secret" };
const GOOGLE = "google-oauth2";

const service = serviceFor(CONFIG);
/** What it accepts leads to a request, and that to an error. */
const unreachable = serviceFor({ ...CONFIG, domain: "http://127.0.0.1:1" });

/** What a synchronous call throws. */
function thrownBy(call) {
  try {
    call();
  } catch (error) {
    return error;
  }
  return assert.fail("nothing was thrown");
}

/** URLs that a browser, a proxy or a mail program could interpret differently. */
const HOSTILE_URLS = [
  ...["", " ", "//evil.example", "/\\evil.example", "\\\\evil.example", "/callback", "./callback"],
  ...["javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\nscript:alert(1)", "data:text/html,x"],
  ...["file:///etc/passwd", "vbscript:x", "blob:https://a.example/x", "about:blank", "myapp://x"],
  ...["http://app.example.com/", "ftp://a.example/", "https:/evil.example", "https:evil.example"],
  ...["https://", "https://user@evil.example/", "https://user:pw@evil.example/"],
  ...["https://a.example\\@evil.example/", "https://a.example/\r\nSet-Cookie: x=1"],
  ...[
    "https://a.example/\u0000",
    "https://a.example/\t",
    " https://a.example/",
    "https://a.example/ ",
  ],
  ...["https://a.example/#access_token=x", "https://ex\u00e4mple.com/", "https://a.example/\u202e"],
  ...["http://127.0.0.1.evil.example/", "http://localhost.evil.example/", "http://0x7f.1.example/"],
];

/** Harmless where no authorization code comes back: after a password was changed. */
const RESULT_URLS = [
  ...["http://app.example.com/", "http://app.localhost:3000/done", "https://a.example/#done"],
  ...["myapp://x", "com.example.app:/done#x", "https://a.example#top", "about:blank"],
  ...["ftp://a.example/", "http://127.0.0.1.evil.example/", "http://localhost.evil.example/"],
  ...["http://0x7f.1.example/", "https://a.example/#access_token=x"],
];

for (const url of new Set([...HOSTILE_URLS, ...RESULT_URLS])) {
  const isResult = RESULT_URLS.includes(url);
  test(`the redirect URL ${JSON.stringify(url)} is rejected by every method${isResult ? " but one" : ""}`, async () => {
    for (const provider of [GOOGLE, "facebook"]) {
      // Without a scheme the second argument cannot be distinguished from a provider.
      const make = async () => service.generateAccountConnectionUrl(provider, url);
      assert.match((await rejection(make())).code, /^ERR_(INVALID_ARG|CONFIGURATION)/);
    }
    const connecting = service.connectSecondaryAccount("auth0|a", url, "code", { timeoutMs: 1 });
    assert.match((await rejection(connecting)).code, /^ERR_INVALID_ARG/);
    const ticket = unreachable.generatePasswordChangeTicket("auth0|a", url, { timeoutMs: 1 });
    const expected = isResult ? /^ERR_(TIMEOUT|NETWORK)$/ : /^ERR_INVALID_ARG/;
    assert.match((await rejection(ticket)).code, expected);
    const config = { ...CONFIG, redirectUri: url };
    assert.equal(thrownBy(() => serviceFor(config, config)).field, "redirectUri");
  });
}

for (const url of [
  "https://app.example.com/callback?x=1&audience=https://evil.example/&state=evil",
  "https://app.example.com:8443/",
  "http://localhost:3000/callback",
  "http://127.0.0.1:3000/callback",
  "http://[::1]:3000/callback",
  "com.example.app://callback",
]) {
  test(`the redirect URL ${url} is sent unchanged, as one parameter`, () => {
    const { redirect, state } = service.generateAccountConnectionUrl(GOOGLE, url);
    const { searchParams } = new URL(redirect);
    assert.deepEqual(searchParams.getAll("redirect_uri"), [url]);
    assert.deepEqual(searchParams.getAll("state"), [state]);
    assert.equal(searchParams.get("audience"), null);
  });
}

const allowed = ["https://app.example.com", "http://localhost:3000", "com.example.app://"];
const choosy = serviceFor(CONFIG, { allowedRedirectOrigins: allowed });

for (const url of [
  "https://app.example.com",
  "https://app.example.com:443/callback?x=1",
  "https://APP.example.com/callback",
  "http://localhost:3000/callback",
  "com.example.app://callback",
]) {
  test(`allowedRedirectOrigins allows ${url}`, () => {
    const { redirect } = choosy.generateAccountConnectionUrl(GOOGLE, url);
    assert.equal(new URL(redirect).searchParams.get("redirect_uri"), url);
  });
}

for (const url of [
  "https://app.example.com.evil.example/",
  "https://evil.example/?https://app.example.com",
  "https://evil-app.example.com/",
  "https://app.example.com:8443/",
  "http://localhost:3001/callback",
  "http://127.0.0.1:3000/callback",
  "com.example.other://callback",
]) {
  test(`allowedRedirectOrigins rejects ${url} in every method`, async () => {
    const error = thrownBy(() => choosy.generateAccountConnectionUrl(GOOGLE, url));
    assert.equal(error.constructor, TypeError, String(error));
    assert.match(error.message, /allowedRedirectOrigins/);
    const connecting = await rejection(choosy.connectSecondaryAccount("auth0|a", url, "code"));
    const ticket = await rejection(choosy.generatePasswordChangeTicket("auth0|a", url));
    for (const { message } of [connecting, ticket]) assert.match(message, /allowedRedirectOrigins/);
    const config = { allowedRedirectOrigins: allowed, redirectUri: url };
    assert.equal(thrownBy(() => serviceFor(CONFIG, config)).field, "redirectUri");
  });
}

for (const url of ["https://app.example.com/#done", "http://localhost:3000/a#b"]) {
  test(`allowedRedirectOrigins allows ${url} after a password was changed`, async (t) => {
    const tenant = await tenantOf(t);
    const service = serviceFor(tenant, { allowedRedirectOrigins: allowed });
    await service.generatePasswordChangeTicket(PEOPLE.ada, url);
    assert.equal(JSON.parse(writes(tenant)[0].body).result_url, url);
  });
}

for (const url of [
  "http://app.example.com/",
  "http://app.localhost:3000/",
  "myapp://x",
  "about:blank",
]) {
  test(`allowedRedirectOrigins rejects ${url} after a password was changed`, async () => {
    const error = await rejection(choosy.generatePasswordChangeTicket("auth0|a", url));
    assert.match(error.message, /allowedRedirectOrigins/);
  });
}

test("an entry that is not an origin, and an empty list, are rejected by the constructor", () => {
  for (const entry of ["app.example.com", "https://app.example.com/path", "*", "//a.com"]) {
    const config = { allowedRedirectOrigins: [entry] };
    const { field } = thrownBy(() => serviceFor(CONFIG, config)) ?? {};
    assert.equal(field, "allowedRedirectOrigins", entry);
  }
  const none = serviceFor(CONFIG, { allowedRedirectOrigins: [] });
  assert.match(
    thrownBy(() => none.generateAccountConnectionUrl(GOOGLE, "https://app.example.com/")).message,
    /allowedRedirectOrigins/,
  );
});
