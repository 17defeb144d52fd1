import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { read } from "../test-support/client.js";
import { startTenant } from "../test-support/tenant.js";

const PATTERN = "https://*.example.com";
const CLIENT = "WebAppWithLogoutUrls";

let tenant;
before(async () => {
  const clients = [
    {
      client_id: CLIENT,
      allowed_logout_urls: ["https://App.Example.com/bye", "https://b.example"],
    },
    { client_id: "NoUrls" },
    { client_id: "Pattern", allowed_logout_urls: [PATTERN] },
    { client_id: "PatternFirst", allowed_logout_urls: [PATTERN, "https://b.example"] },
  ];
  tenant = await startTenant({ seed: { clients }, tenantLogoutUrls: ["https://tenant.example"] });
});
after(() => tenant.close());

async function leave(path, query) {
  const url = `${tenant.url}${path}?${new URLSearchParams(query)}`;
  const response = await fetch(url, { redirect: "manual" });
  const { status, headers, text } = await read(response);
  return { status, text, location: headers.get("location") };
}

test("neither the query nor the fragment nor the case of the host of returnTo counts", async () => {
  for (const returnTo of [
    "https://app.example.com/bye",
    "https://App.Example.com/bye?a=1&b=https://evil.example",
    "HTTPS://APP.EXAMPLE.COM/bye#done",
  ]) {
    const { status, location } = await leave("/v2/logout", { client_id: CLIENT, returnTo });
    assert.deepEqual([status, location], [302, returnTo]);
  }
  for (const returnTo of ["https://app.example.com/BYE", "https://app.example.com/bye/more"]) {
    assert.equal((await leave("/v2/logout", { client_id: CLIENT, returnTo })).status, 400);
  }
});

test("with a client id alone, the browser goes to the client's first URL", async () => {
  const { status, location } = await leave("/v2/logout", { client_id: CLIENT });
  assert.deepEqual([status, location], [302, "https://App.Example.com/bye"]);
  for (const query of [{}, { client_id: "NoUrls" }]) {
    assert.deepEqual((await leave("/v2/logout", query)).text, "OK");
  }
});

test("a wildcard stands for URLs and is not one", async () => {
  assert.deepEqual((await leave("/v2/logout", { client_id: "Pattern" })).text, "OK");
  const { location } = await leave("/v2/logout", { client_id: "PatternFirst" });
  assert.equal(location, "https://b.example");
  const returnTo = "https://a.example.com";
  assert.equal((await leave("/v2/logout", { client_id: "Pattern", returnTo })).status, 302);
  const literal = { client_id: "Pattern", returnTo: PATTERN };
  assert.equal((await leave("/v2/logout", literal)).status, 400);
});

test("without a client id, the tenant's own list decides, and the refusal says so", async () => {
  const own = { returnTo: "https://tenant.example" };
  assert.equal((await leave("/v2/logout", own)).status, 302);
  const refused = await leave("/v2/logout", { returnTo: "https://b.example" });
  assert.equal(refused.status, 400);
  assert.match(refused.text, /names no client.*tenantLogoutUrls/);
  const strange = { client_id: "nope", returnTo: "https://b.example" };
  assert.match((await leave("/v2/logout", strange)).text, /There is no client with this id: nope/);
  const theirs = { client_id: CLIENT, returnTo: "https://tenant.example" };
  assert.match((await leave("/v2/logout", theirs)).text, /allowed_logout_urls of the client/);
});

test("OpenID Connect's logout compares the whole URL", async () => {
  const to = (post_logout_redirect_uri) =>
    leave("/oidc/logout", { client_id: CLIENT, post_logout_redirect_uri });
  assert.equal((await to("https://b.example")).status, 302);
  assert.equal((await to("https://b.example?a=1")).status, 400);
});
