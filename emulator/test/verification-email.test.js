import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { api, token } from "../test-support/client.js";
import { PEOPLE, startTenant } from "../test-support/tenant.js";

let tenant;
let call;

before(async () => {
  tenant = await startTenant();
  call = await api(tenant);
});
beforeEach(() => tenant.reset());
after(() => tenant.close());

const { ada, grace, linked } = PEOPLE;
const send = (json, options) => call("POST", "/jobs/verification-email", { json, ...options });

test("a job sends an email, whose link verifies the address once", async () => {
  tenant.user(ada).email_verified = false;
  const { status, body } = await send({ user_id: ada });
  assert.equal(status, 201);
  const { id, created_at, ...job } = body;
  assert.deepEqual(job, { type: "verification_email", status: "pending" });
  assert.match(id, /^job_[A-Za-z0-9]{16}$/);
  const [email] = tenant.emails(ada);
  assert.deepEqual([email.id, email.to, email.template], [id, "ada@example.com", "verify_email"]);
  assert.equal(email.sent_at, created_at);
  assert.equal(tenant.user(ada).email_verified, false);
  assert.equal((await fetch(email.link)).status, 200);
  assert.equal(tenant.user(ada).email_verified, true);
  assert.equal((await fetch(email.link)).status, 400);
  assert.deepEqual(
    tenant.logs(ada).map(({ type }) => type),
    ["svr", "sv"],
  );
});

test("an identity that the body names is verified, whatever its provider", async () => {
  const google = tenant.user(linked).identities[1];
  google.profileData.email_verified = false;
  const identity = { user_id: google.user_id, provider: "google-oauth2" };
  assert.equal((await send({ user_id: linked, identity })).status, 201);
  const [email] = tenant.emails();
  assert.equal(email.to, "katherine@gmail.example");
  await fetch(email.link);
  assert.equal(google.profileData.email_verified, true);
  const json = { user_id: linked, identity };
  assert.equal((await call("POST", "/tickets/email-verification", { json })).status, 201);
});

test("what cannot be verified is refused, and nothing is sent", async () => {
  tenant.addUser({ user_id: "auth0|no-email", name: "Nobody" });
  const stranger = { user_id: "1", provider: "github" };
  for (const [json, status, message] of [
    [{ user_id: "auth0|nobody" }, 404, "The user does not exist."],
    [{ user_id: grace }, 400, "Connection must be a database connection."],
    [{ user_id: "auth0|no-email" }, 400, "User does not have an email address."],
    [
      { user_id: ada, identity: stranger },
      400,
      "The user exists, but does not contain the given identity.",
    ],
    [{ user_id: ada, client_id: "unknown" }, 400, "The client does not exist."],
    [
      { user_id: ada, organization_id: "org_2eondWoxcMIpaLQc" },
      400,
      "The organization does not exist.",
    ],
    [{}, 400, "Payload validation error: 'Missing required property: user_id'."],
    [{ user_id: ada, ttl_sec: 1 }, 400, undefined],
  ]) {
    const response = await send(json);
    assert.equal(response.status, status, response.text);
    if (message) assert.equal(response.body.message, message);
  }
  assert.deepEqual(tenant.emails(), []);
});

test("it needs update:users, and takes faults by its id", async () => {
  tenant.setScopes(["create:user_tickets"]);
  const { body } = await token(tenant);
  const refused = await send({ user_id: ada }, { token: body.access_token });
  assert.equal(refused.body.message, "Insufficient scope, expected any of: update:users");
  tenant.fault("post_verification-email", { status: 503, commit: true });
  assert.equal((await send({ user_id: ada })).status, 503);
  assert.equal(tenant.emails(ada).length, 1);
});
