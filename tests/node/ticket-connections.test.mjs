// Password tickets of users with more than one database connection.

import assert from "node:assert/strict";
import { test } from "node:test";
import { scriptedServer } from "../../test-support/scripted-server.mjs";
import { rejection, serviceFor, writes } from "../../test-support/service.mjs";

/** A server with a user of two databases, who signs in with GitHub too. */
function twoDatabases(t) {
  const identities = ["Users-A", "Users-B"].map((name, index) => ({
    provider: "auth0",
    user_id: `${index + 1}`,
    connection: name,
  }));
  identities.push({ provider: "github", user_id: "3", connection: "github" });
  const user = { user_id: "auth0|1", email: "ada@example.com", identities };
  return scriptedServer(t, {
    api({ method, url, headers }) {
      if (method === "GET") return url.includes("users-by-email") ? [user] : user;
      return { status: 201, body: { ticket: `http://${headers.host}/t` } };
    },
  });
}

const ADA = [{ email: "ada@example.com" }, { sub: "auth0|1" }];

test("without a password in the connection that was named there is no ticket for another one", async (t) => {
  const server = await twoDatabases(t);
  for (const who of ADA) {
    const user = { ...who, connection: "github" };
    const error = await rejection(serviceFor(server).generatePasswordChangeTicket(user));
    assert.deepEqual([error.errorCode, error.attempts], ["operation_not_supported", 0]);
    assert.match(error.message, /no password in the connection that was named/);
  }
  assert.deepEqual(writes(server), []);
});

test("without an identity in the connection that was named no other email is verified", async (t) => {
  const server = await twoDatabases(t);
  const user = { sub: "auth0|1", connection: "google-oauth2" };
  const error = await rejection(serviceFor(server).generateEmailVerificationTicket(user));
  assert.equal(error.reason, "no_email");
  assert.match(error.message, /no identity in the connection that was named/);
  assert.deepEqual(writes(server), []);
});

for (const [connection, identity] of [
  ["Users-B", { user_id: "2", provider: "auth0" }],
  ["Users-A", undefined],
]) {
  test(`of two databases, the ticket for ${connection} is for ${identity ? "that one" : "the primary one"}`, async (t) => {
    const server = await twoDatabases(t);
    for (const who of ADA) {
      await serviceFor(server).generatePasswordChangeTicket({ ...who, connection });
    }
    const bodies = writes(server).map(({ body }) => JSON.parse(body).identity);
    assert.deepEqual(bodies, [identity, identity]);
  });
}
