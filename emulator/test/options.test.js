import assert from "node:assert/strict";
import { test } from "node:test";
import { PEOPLE, startTenant } from "../index.js";

const { ada } = PEOPLE;

/** Each start fails with its message. A tenant that does start would keep the tests from ending. */
async function assertRefused(calls) {
  for (const [call, message] of calls) {
    const started = async () => (await call()).close();
    await assert.rejects(started, { message }, String(message));
  }
}

test("an option of the tenant is refused with what it must be", async () => {
  await assertRefused([
    [() => startTenant({ prot: 1 }), /Unknown option "prot" of startTenant\. Did you mean port\?$/],
    [() => startTenant("seed.json"), /^startTenant takes an object of options, not 'seed\.json'$/],
    [() => startTenant({ port: "x" }), /"port" of startTenant must be a port number/],
    [() => startTenant({ callbacks: "http://x" }), /"callbacks" .* must be a list of URLs/],
    [
      () => startTenant({ deleteDelay: "200" }),
      /"deleteDelay" .* must be a number of milliseconds/,
    ],
    [() => startTenant({ scopes: ["x"] }), /"scopes" .*: the Management API has no scope 'x'/],
    [
      () => startTenant({ client: { callback: [] } }),
      /"client" .*: callback: unknown key\. Did you/,
    ],
    [() => startTenant({ client: { client_id: "x" } }), /use the option "clientId"$/],
    [() => startTenant({ https: { host: [] } }), /Unknown option "host" of https\. Did you mean/],
    [
      () => startTenant({ https: true, domain: "https://x.auth0.com/" }),
      /"domain" .* must be a host without a scheme or a path/,
    ],
    [() => startTenant({ customDomains: ["https://x"] }), /must be a list of hosts without/],
    [() => startTenant({ quirks: { retryafter: true } }), /Did you mean retryAfter\?$/],
    [() => startTenant({ quirks: { retryAfter: 1 } }), /"retryAfter" must be a boolean, not 1$/],
  ]);
  const absent = await startTenant({
    port: undefined,
    quirks: { maxPageSize: undefined },
    recordLimit: Number.POSITIVE_INFINITY,
  });
  assert.ok((await absent.login({ user: ada })).code);
  await absent.close();
});

const refuse = (name, values, message) =>
  test(`the option ${name} is refused if it can have no effect`, async () => {
    for (const value of values) {
      await assertRefused([[() => startTenant({ [name]: value }), message]]);
    }
  });

const URLS = [
  ["foo"],
  [""],
  ["localhost:3000/callback"],
  ["javascript:alert(1)"],
  ["javascript://x/%0aalert(1)"],
  ["http://localhost/cb#x"],
  ["http:/localhost"],
  ["https://*/cb"],
  ["https://a.*.example/cb"],
  ["https://a.example/*"],
  ["foo bar"],
];
refuse("callbacks", [...URLS, []], /"callbacks" of startTenant must be a list of URLs/);
refuse("logoutUrls", URLS, /"logoutUrls" of startTenant must be a list of URLs/);
refuse("tenantLogoutUrls", URLS, /"tenantLogoutUrls" of startTenant must be a list of URLs/);

refuse("quirks", [{ codeErrorStatus: 999 }, { codeErrorStatus: 200 }], /must be 400 or 403, not /);
refuse("quirks", [{ deleteRefreshTokenStatus: 200 }], /must be 202 or 204, not 200/);
refuse("quirks", [{ maxPageSize: 0 }, { maxPageSize: 1.5 }], /must be a whole number above 0/);

const rate = (given) => ({ management: { burst: 5, perSecond: 1, ...given } });
refuse(
  "rateLimits",
  [
    rate({ burst: "5" }),
    rate({ burst: 1.5 }),
    rate({ burst: 0 }),
    rate({ perSecond: "1" }),
    rate({ perSecond: Number.POSITIVE_INFINITY }),
    rate({ perMinute: 5 }),
  ],
  /"management" of rateLimits must be \{ burst, perSecond \}/,
);

refuse("tokenLifetime", [0.5, 0, "60"], /must be a whole number of seconds above 0/);
refuse("sessionLifetime", [1.5], /must be a whole number of seconds above 0/);

const NAMES = [["http://x/"], ["a:443"], ["a b"], [""]];
refuse(
  "https",
  NAMES.map((hosts) => ({ hosts })),
  /"hosts" of https must be a list of host names/,
);
refuse("https", [{ onlyHosts: true }, { hosts: [], onlyHosts: true }], /needs at least one name/);
refuse("customDomains", [["..."], ["-"], [".example"]], /a list of hosts without a scheme/);

test("a domain consists of labels", async () => {
  for (const domain of ["...", ".", "a..b", "-a.example"]) {
    await assert.rejects(startTenant({ https: true, domain }), /"domain" .* must be a host/);
  }
});

test("addresses with a wildcard, a query or an app's own scheme are allowed", async (t) => {
  const callbacks = ["https://pr-*-app.example.com/cb?a=b", "com.example.app:/callback", "a://cb"];
  const https = { hosts: ["*.example.com", "10.0.0.1", "::2", "auth0"], onlyHosts: true };
  const tenant = await startTenant({ callbacks, tenantLogoutUrls: callbacks, https });
  t.after(() => tenant.close());
  assert.equal(new URL(tenant.authorizeUrl()).searchParams.get("redirect_uri"), callbacks[1]);
});
