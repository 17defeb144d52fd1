import assert from "node:assert/strict";

/** The package under one of its versions: `auth0-5`, … */
const { ManagementClient } = await import(process.env.PACKAGE ?? "auth0");

/** The official SDK, configured with nothing but the domain and the credentials. */
const { DOMAIN, CLIENT_ID, CLIENT_SECRET, USER, SESSION, SECONDARY } = process.env;
const management = new ManagementClient({
  domain: DOMAIN,
  clientId: CLIENT_ID,
  clientSecret: CLIENT_SECRET,
});

const [byEmail] = await management.users.listUsersByEmail({ email: "ada@example.com" });
assert.equal(byEmail.user_id, USER);
const user = await management.users.get(USER);
assert.equal(user.email, "ada@example.com");
await management.users.update(USER, { user_metadata: { seen: "yes" } });

const sessions = [];
for await (const session of await management.users.sessions.list(USER, { take: 2 })) {
  sessions.push(session.id);
}
assert.equal(sessions.length, 6);
assert.equal((await management.sessions.get(SESSION)).user_id, USER);
await management.sessions.update(SESSION, { session_metadata: { a: "b" } });
await management.sessions.revoke(SESSION);
await assert.rejects(management.sessions.get(SESSION), { statusCode: 404 });

const tokens = [];
for await (const token of await management.users.refreshToken.list(USER, { take: 1 })) {
  tokens.push(token.id);
}
assert.equal(tokens.length, 2);
await management.refreshTokens.delete(tokens[0]);
await management.users.refreshToken.delete(USER);

const [provider, id] = SECONDARY.split("|");
const linked = await management.users.identities.link(USER, { provider, user_id: id });
assert.equal(linked.length, 2);
const left = await management.users.identities.delete(USER, provider, id);
assert.equal(left.length, 1);

const { ticket } = await management.tickets.changePassword({ user_id: USER, ttl_sec: 60 });
assert.match(ticket, /reset-password/);
const methods = [];
for await (const method of await management.users.authenticationMethods.list(USER)) {
  methods.push(method.type);
}
assert.deepEqual(methods, ["totp", "phone"]);
await management.users.sessions.delete(USER);
await management.users.revokeAccess(USER, {});
console.log("ok");
