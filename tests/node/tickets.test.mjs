// Password-change tickets: for whom, with which lifetime, and the exact request.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { PEOPLE } from "@archie/auth0-tenant-emulator";
import {
  Auth0ApiError,
  InsufficientScopeError,
  NetworkError,
  UserNotFoundError,
} from "@archie/auth0-user-security";
import { templates } from "../../test-support/connection.mjs";
import {
  rejection,
  serviceFor,
  sharedTenant,
  tenantOf,
  writes,
} from "../../test-support/service.mjs";

const { ada, grace, linked, upperCase, sms } = PEOPLE;
const RESULT = "https://app.example.com/done";
const TICKET = "post_password-change";
const DAY = 86_400;

const tenant = await sharedTenant();
let service;

beforeEach(() => {
  service = serviceFor(tenant, { retry: { maxAttempts: 3, maxDelayMs: 0 } });
});

const ticketRequests = () => tenant.requests.filter(({ operation }) => operation === TICKET);

/** The body of the only ticket request. */
function ticketBody() {
  const [{ json }, ...more] = ticketRequests();
  assert.deepEqual(more, []);
  return json;
}

const standard = (user_id) => ({
  user_id,
  ttl_sec: DAY,
  mark_email_as_verified: false,
  includeEmailInRedirect: false,
});

test("by id returns the URL, and every protection is sent", async () => {
  const url = await service.generatePasswordChangeTicket(ada);
  assert.ok(url.startsWith(`${tenant.origin}/u/reset-password?ticket=`), url);
  assert.deepEqual(ticketBody(), standard(ada));
  assert.deepEqual(templates(tenant).slice(1), [
    "GET /api/v2/users/{id}",
    "POST /api/v2/tickets/password-change",
  ]);
});

for (const [name, user] of [
  ["sub", { sub: ada }],
  ["id", { id: ada }],
  ["email", { email: "Ada@example.com" }],
]) {
  test(`by object (${name}) returns the URL and its expiry`, async () => {
    const before = Date.now();
    const { redirect, expiresAt, ...more } = await service.generatePasswordChangeTicket(user);
    assert.deepEqual(more, {});
    assert.ok(redirect.startsWith(tenant.origin));
    assert.ok(expiresAt instanceof Date);
    assert.ok(Math.abs(expiresAt - before - DAY * 1000) < 5000, String(expiresAt));
    assert.deepEqual(ticketBody(), standard(ada));
  });
}

for (const [name, args, body] of [
  ["a redirect URL", [RESULT], { result_url: RESULT }],
  ["an undefined redirect URL", [undefined], {}],
  ["a null redirect URL", [null], {}],
  ["no redirect URL but options", [undefined, { ttlSeconds: 60 }], { ttl_sec: 60 }],
  ["options as second argument", [{ ttlSeconds: 2_592_000 }], { ttl_sec: 2_592_000 }],
  ["empty options", [{}], {}],
  ["options after a redirect URL", [RESULT, { ttlSeconds: 1 }], { result_url: RESULT, ttl_sec: 1 }],
  ["includeEmailInRedirect", [{ includeEmailInRedirect: true }], { includeEmailInRedirect: true }],
  ["markEmailAsVerified", [{ markEmailAsVerified: true }], { mark_email_as_verified: true }],
  ["flags that are false", [{ markEmailAsVerified: false, includeEmailInRedirect: false }], {}],
]) {
  test(`with ${name}, in both forms`, async () => {
    const url = await service.generatePasswordChangeTicket(ada, ...args);
    assert.equal(typeof url, "string");
    assert.deepEqual(ticketBody(), { ...standard(ada), ...body });
    const { redirect } = await service.generatePasswordChangeTicket({ id: ada }, ...args);
    assert.equal(typeof redirect, "string");
    assert.deepEqual(ticketRequests()[1].json, { ...standard(ada), ...body });
  });
}

test("clientId and organizationId are sent under Auth0's names", async () => {
  await service.generatePasswordChangeTicket(ada, { clientId: tenant.clientId });
  assert.deepEqual(ticketBody(), { ...standard(ada), client_id: tenant.clientId });
  tenant.clearRequests();
  const ticket = `${tenant.origin}/u/reset-password?ticket=x#`;
  tenant.fault(TICKET, { status: 201, body: { ticket } });
  const organizationId = "org_3RpR9JkmCL5gTnVu";
  const url = await service.generatePasswordChangeTicket(ada, { organizationId });
  assert.equal(url, ticket);
  assert.deepEqual(ticketBody(), { ...standard(ada), organization_id: organizationId });
});

test("a redirect URL together with clientId or organizationId is a TypeError", async () => {
  for (const options of [{ clientId: "c" }, { organizationId: "o" }]) {
    const error = await rejection(service.generatePasswordChangeTicket(ada, RESULT, options));
    assert.equal(error.constructor, TypeError, String(error));
  }
  assert.deepEqual(tenant.requests, []);
});

test("the lifetime comes from the configuration, and an option overrides it", async () => {
  service = serviceFor(tenant, { passwordTicketTtlSeconds: 600 });
  const { expiresAt } = await service.generatePasswordChangeTicket({ id: ada });
  assert.equal(ticketBody().ttl_sec, 600);
  assert.ok(Math.abs(expiresAt - Date.now() - 600_000) < 5000);
  await service.generatePasswordChangeTicket({ id: ada }, { ttlSeconds: 30 });
  assert.equal(ticketRequests()[1].json.ttl_sec, 30);
});

test("invalid options are TypeErrors without a request", async () => {
  for (const options of [
    ...[0, -1, 1.5, 2_592_001, "60", Number.NaN, Infinity].map((ttlSeconds) => ({ ttlSeconds })),
    ...[
      { clientId: 5 },
      { markEmailAsVerified: "yes" },
      { includeEmailInRedirect: 1 },
      { ttl: 60 },
    ],
  ]) {
    const error = await rejection(service.generatePasswordChangeTicket(ada, options));
    assert.equal(error.constructor, TypeError, `${JSON.stringify(options)}: ${error}`);
  }
  for (const url of [5, true, "", "//evil.example", "javascript:alert(1)"]) {
    const error = await rejection(service.generatePasswordChangeTicket(ada, url));
    assert.equal(error.constructor, TypeError, `${url}: ${error}`);
  }
  assert.deepEqual(tenant.requests, []);
});

test("an absurd lifetime is a configuration error", () => {
  for (const passwordTicketTtlSeconds of [0, -1, 1.5, "60", 2_592_001]) {
    assert.throws(() => serviceFor(tenant, { passwordTicketTtlSeconds }), {
      field: "passwordTicketTtlSeconds",
    });
  }
});

for (const [name, user] of [
  ["social", grace],
  ["enterprise", upperCase],
  ["passwordless", sms],
]) {
  test(`a user whose only identity is ${name} is rejected without requesting a ticket`, async () => {
    for (const form of [user, { id: user }]) {
      const error = await rejection(service.generatePasswordChangeTicket(form));
      assert.equal(error.constructor, Auth0ApiError, String(error));
      assert.deepEqual([error.statusCode, error.errorCode], [400, "operation_not_supported"]);
      assert.equal(error.operation, "generatePasswordChangeTicket");
      assert.match(error.message, /no password/);
    }
    assert.deepEqual(writes(tenant), []);
  });
}

test("a linked database identity of a social user is named in the request", async () => {
  tenant.user(grace).identities.push({
    provider: "auth0",
    user_id: "abc123",
    connection: "Username-Password-Authentication",
    profileData: { email: "grace@example.com" },
  });
  const url = await service.generatePasswordChangeTicket(grace);
  assert.ok(url.startsWith(tenant.origin));
  const identity = { user_id: "abc123", provider: "auth0" };
  assert.deepEqual(ticketBody(), { ...standard(grace), identity });
});

test("a primary database identity is not named in the request, whatever else is linked", async () => {
  await service.generatePasswordChangeTicket(linked);
  assert.deepEqual(ticketBody(), standard(linked));
});

test("an unknown user, or an email of two users, gets no ticket", async () => {
  for (const user of ["auth0|nobody", { email: "nobody@example.com" }, ".."]) {
    const error = await rejection(service.generatePasswordChangeTicket(user));
    assert.ok(error instanceof UserNotFoundError, String(error));
  }
  const error = await rejection(
    service.generatePasswordChangeTicket({ email: "shared@example.com" }),
  );
  assert.equal(error.code, "ERR_AMBIGUOUS_USER");
  const connection = "Username-Password-Authentication";
  const email = { email: "shared@example.com", connection };
  await service.generatePasswordChangeTicket(email);
  assert.equal(ticketBody().user_id, PEOPLE.sharedDatabase);
});

test("a ticket for the custom domain is requested, and the link points there", async (t) => {
  const customDomain = "login.example.com";
  const custom = await tenantOf(t, { customDomains: [customDomain, "other.example.com"] });
  const url = await serviceFor(custom, { customDomain }).generatePasswordChangeTicket(ada);
  assert.equal(new URL(url).host, customDomain);
  assert.equal(writes(custom)[0].headers["auth0-custom-domain"], customDomain);
});

test("without a custom domain, none is named in the request", async () => {
  await service.generatePasswordChangeTicket(ada);
  assert.equal(ticketRequests()[0].headers["auth0-custom-domain"], undefined);
});

for (const [name, fault, code] of [
  ["is lost", { commit: true, reset: true }, "ERR_NETWORK"],
  ["is 500", { commit: true, status: 500 }, "ERR_AUTH0_API"],
  ["is not JSON", { commit: true, body: "<p>done</p>" }, "ERR_AUTH0_API"],
  ["has no ticket", { missing: ["ticket"] }, "ERR_AUTH0_API"],
  ["has a null ticket", { nulls: ["ticket"] }, "ERR_AUTH0_API"],
  ["has a ticket of another type", { wrongTypes: ["ticket"] }, "ERR_AUTH0_API"],
]) {
  test(`a ticket whose response ${name} is an error: no second ticket is created`, async () => {
    tenant.fault(TICKET, fault);
    const error = await rejection(service.generatePasswordChangeTicket(ada));
    assert.equal(error.code, code, String(error));
    assert.equal(ticketRequests().length, 1);
  });
}

test("a ticket is requested again after 429, because Auth0 did not process the request", async () => {
  tenant.fault(TICKET, { status: 429, headers: { "retry-after": "0" } });
  assert.ok(await service.generatePasswordChangeTicket(ada));
  assert.equal(ticketRequests().length, 2);
});

test("a ticket that cannot be requested is a NetworkError", async () => {
  tenant.fault(TICKET, { reset: "before" });
  const error = await rejection(service.generatePasswordChangeTicket(ada));
  assert.equal(error.constructor, NetworkError, String(error));
  assert.deepEqual([error.method, error.attempts], ["POST", 1]);
});

test("what Auth0 rejects keeps its own code", async () => {
  const error = await rejection(
    service.generatePasswordChangeTicket(ada, { clientId: "c".repeat(9) }),
  );
  assert.equal(error.constructor, Auth0ApiError, String(error));
  assert.deepEqual([error.statusCode, error.endpoint], [400, "/api/v2/tickets/password-change"]);
});

test("the scope for tickets is named when it is missing", async () => {
  tenant.setScopes(["read:users"]);
  const error = await rejection(service.generatePasswordChangeTicket(ada));
  assert.ok(error instanceof InsufficientScopeError, String(error));
  assert.deepEqual(error.requiredScopes, ["create:user_tickets"]);
});

test("a ticket sets a new password once, and verifies no email unless asked to", async () => {
  tenant.user(ada).email_verified = false;
  const url = new URL(await service.generatePasswordChangeTicket(ada));
  const body = new URLSearchParams({
    ticket: url.searchParams.get("ticket"),
    password: "New-horse-2",
    confirmation: "New-horse-2",
  });
  const use = () => fetch(url.origin + url.pathname, { method: "POST", body });
  assert.deepEqual([(await use()).status, (await use()).status], [200, 400]);
  assert.equal(tenant.user(ada).email_verified, false);
});
