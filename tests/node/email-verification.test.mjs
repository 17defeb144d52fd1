// Verification of an email: by a ticket, or by an email from Auth0.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { PEOPLE } from "@archie/auth0-tenant-emulator";
import { AccountProtectionError, UserNotFoundError } from "@archie/auth0-user-security";
import { auditTrail } from "../../test-support/audit.mjs";
import { rejection, serviceFor, sharedTenant, writes } from "../../test-support/service.mjs";

const { ada, grace, sms } = PEOPLE;
const TICKET = "post_email-verification";
const SEND = "post_verification-email";

const tenant = await sharedTenant();
let service;

beforeEach(() => {
  service = serviceFor(tenant, { retry: { maxAttempts: 3, maxDelayMs: 0 } });
});

const bodyOf = (id) => writes(tenant).find(({ operation }) => operation === id).json;

test("a ticket verifies the email when it is opened, and lives a day", async () => {
  tenant.addUser({ user_id: "auth0|new", email: "new@example.com", email_verified: false });
  const before = Date.now();
  const ticket = await service.generateEmailVerificationTicket({ sub: "auth0|new" });
  assert.deepEqual(bodyOf(TICKET), { user_id: "auth0|new", ttl_sec: 86_400 });
  assert.ok(ticket.expiresAt instanceof Date);
  assert.ok(ticket.expiresAt.getTime() >= before + 86_400_000);
  await fetch(ticket.redirect);
  assert.equal(tenant.user("auth0|new").email_verified, true);
});

test("the identity is named if it is not of a database", async () => {
  await service.generateEmailVerificationTicket(grace, {
    redirectUrl: "https://app.example.com/verified",
    ttlSeconds: 60,
  });
  const { identities } = tenant.user(grace);
  assert.deepEqual(bodyOf(TICKET), {
    user_id: grace,
    ttl_sec: 60,
    result_url: "https://app.example.com/verified",
    identity: { user_id: String(identities[0].user_id), provider: identities[0].provider },
  });
});

test("Auth0 sends an email once, whatever becomes of its response", async (t) => {
  const trail = auditTrail(t);
  const { jobId } = await service.sendVerificationEmail({ sub: ada });
  assert.match(jobId, /^job_/);
  tenant.fault(SEND, { reset: "after" });
  const error = await rejection(service.sendVerificationEmail(ada));
  assert.deepEqual(error.effects, [{ step: "verificationEmail", state: "unknown" }]);
  assert.equal(writes(tenant).filter(({ operation }) => operation === SEND).length, 2);
  const [event] = await trail.events(1);
  assert.equal(event.action, "email.send_verification");
});

test("a user without an email, or who does not exist, gets nothing", async () => {
  for (const method of ["generateEmailVerificationTicket", "sendVerificationEmail"]) {
    const error = await rejection(service[method](sms));
    assert.ok(error instanceof AccountProtectionError, String(error));
    assert.equal(error.reason, "no_email");
    const absent = await rejection(service[method]("auth0|nobody"));
    assert.ok(absent instanceof UserNotFoundError, String(absent));
  }
  assert.deepEqual(writes(tenant), []);
});

test("a connection that the user does not have is named as the reason", async () => {
  const user = { email: "ada@example.com", connection: "github" };
  const error = await rejection(service.sendVerificationEmail(user));
  assert.ok(error instanceof UserNotFoundError, String(error));
});

test("a link to another host is not returned, and may exist", async () => {
  tenant.fault(TICKET, {
    body: { ticket: "https://evil.example.com/u/email-verification?ticket=a" },
  });
  const error = await rejection(service.generateEmailVerificationTicket(ada));
  assert.deepEqual(error.effects, [{ step: "ticket", state: "unknown" }]);
  assert.equal(JSON.stringify(error).includes("evil"), false);
});
