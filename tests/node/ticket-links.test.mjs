// A ticket URL is returned only if it points to the tenant: a browser follows it, and it grants access.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { PEOPLE } from "@archie/auth0-tenant-emulator";
import { Auth0ApiError } from "@archie/auth0-user-security";
import { everythingOf } from "../../test-support/error-text.mjs";
import { scriptedServer } from "../../test-support/scripted-server.mjs";
import { rejection, serviceFor, sharedTenant, tenantOf } from "../../test-support/service.mjs";

const { ada } = PEOPLE;
const TICKET = "post_password-change";

const tenant = await sharedTenant();
let service;

beforeEach(() => {
  service = serviceFor(tenant);
});

const CANARY = "cAnArY-ticket";
const own = () => new URL(tenant.origin).host;

for (const [name, ticket] of [
  ["is empty", () => ""],
  ["is a script", () => `javascript:alert("${CANARY}")`],
  ["is data", () => `data:text/html,${CANARY}`],
  ["has no scheme", () => `//${own()}/u/reset?ticket=${CANARY}`],
  ["is a path", () => `/u/reset?ticket=${CANARY}`],
  ["is on another host", () => `https://evil.example/${CANARY}`],
  [
    "is on another host, with the tenant's as its user",
    () => `http://${own()}@evil.example/${CANARY}`,
  ],
  ["has user information", () => `http://${CANARY}@${own()}/`],
  ["is on another port", () => `http://127.0.0.1:1/${CANARY}`],
  ["has another scheme than the tenant", () => `https://${own()}/${CANARY}`],
  ["has one slash", () => `http:/${own()}/${CANARY}`],
  ["has a backslash", () => `http:\\\\${own()}/${CANARY}`],
  ["spells its host in another way", () => tenant.origin.replace("127.0.0.1", "0x7f.1")],
  ["begins with a space", () => ` ${tenant.origin}/${CANARY}`],
  ["ends with a line break", () => `${tenant.origin}/${CANARY}\n`],
  ["contains a tab", () => `${tenant.origin}/\t${CANARY}`],
  ["contains ESC", () => `${tenant.origin}/\u001b[31m${CANARY}`],
  ["contains a quote", () => `${tenant.origin}/"onclick="${CANARY}`],
  ["is far too long", () => `${tenant.origin}/${CANARY.repeat(1000)}`],
]) {
  test(`a ticket URL that ${name} is neither returned nor shown`, async () => {
    for (const user of [ada, { id: ada }]) {
      tenant.fault(TICKET, { commit: true, status: 201, body: { ticket: ticket() } });
      const error = await rejection(service.generatePasswordChangeTicket(user, { ttlSeconds: 60 }));
      assert.equal(error.constructor, Auth0ApiError, String(error));
      assert.deepEqual([error.statusCode, error.attempts], [201, 1]);
      assert.match(error.message, /contains a ticket URL that .* A ticket may exist; it expires/);
      assert.ok(!everythingOf(error).includes(CANARY), everythingOf(error));
    }
    const asked = tenant.requests.filter(({ operation }) => operation === TICKET);
    assert.equal(asked.length, 2);
  });
}

test("with a custom domain a ticket URL may be on either host, with https only", async (t) => {
  const customDomain = "login.example.com";
  const custom = await tenantOf(t, { customDomains: [customDomain] });
  const withDomain = serviceFor(custom, { customDomain });
  const asked = (ticket) => {
    custom.fault(TICKET, { status: 201, body: { ticket } });
    return withDomain.generatePasswordChangeTicket(ada);
  };
  for (const ticket of [
    `https://${customDomain}/lo/reset?ticket=x#`,
    `https://${customDomain}:443/x`,
    `${custom.origin}/x`,
  ]) {
    assert.equal(await asked(ticket), ticket);
  }
  for (const ticket of [
    `http://${customDomain}/`,
    `https://${customDomain}.evil.example/`,
    `https://evil-${customDomain}/`,
    `https://${customDomain}:8443/`,
  ]) {
    assert.match((await rejection(asked(ticket))).message, /custom domain/);
  }
});

test("with a custom domain as `domain`, a ticket URL may be on the tenant that the audience names", async (t) => {
  let ticket = "https://tenant.eu.auth0.com/u/reset-password?ticket=x#";
  const person = { user_id: ada, identities: [{ provider: "auth0", user_id: "a" }] };
  const server = await scriptedServer(t, {
    api: ({ method }) => (method === "POST" ? { status: 201, body: { ticket } } : person),
  });
  const named = serviceFor(server, { audience: "https://tenant.eu.auth0.com/api/v2/" });
  assert.equal(await named.generatePasswordChangeTicket(ada), ticket);
  ticket = "https://other.eu.auth0.com/";
  assert.equal((await rejection(named.generatePasswordChangeTicket(ada))).code, "ERR_AUTH0_API");
});
