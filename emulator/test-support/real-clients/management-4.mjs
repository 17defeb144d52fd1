import assert from "node:assert/strict";
import { ManagementClient } from "auth0-4";

/** The SDK before its rewrite in version 5. */
const { DOMAIN, CLIENT_ID, CLIENT_SECRET, USER, SECONDARY } = process.env;
const management = new ManagementClient({
  domain: DOMAIN,
  clientId: CLIENT_ID,
  clientSecret: CLIENT_SECRET,
});

const byEmail = await management.usersByEmail.getByEmail({ email: "ada@example.com" });
assert.equal(byEmail.data[0].user_id, USER);
const found = await management.users.getAll({
  q: 'email:"ada@example.com"',
  search_engine: "v3",
  include_totals: true,
});
assert.equal(found.data.users[0].user_id, USER);
await management.users.update({ id: USER }, { user_metadata: { seen: "yes" } });
assert.equal((await management.users.get({ id: USER })).data.user_metadata.seen, "yes");

const sessions = await management.users.getSessions({ user_id: USER, take: 2 });
assert.equal(sessions.data.sessions.length, 2);
const tokens = await management.users.getRefreshTokens({ user_id: USER });
assert.equal(tokens.data.tokens.length, 3);
await management.refreshTokens.delete({ id: tokens.data.tokens[0].id });
await management.users.deleteSessions({ user_id: USER });

const [provider, user_id] = SECONDARY.split("|");
const linked = await management.users.link({ id: USER }, { provider, user_id });
assert.equal(linked.data.length, 2);
const left = await management.users.unlink({ id: USER, provider, user_id });
assert.equal(left.data.length, 1);
const methods = await management.users.getAuthenticationMethods({ id: USER });
assert.equal(methods.data.length, 2);
const logs = await management.users.getLogs({ id: USER });
assert.ok(Array.isArray(logs.data));
const { data } = await management.tickets.changePassword({ user_id: USER, ttl_sec: 60 });
assert.match(data.ticket, /reset-password/);
await assert.rejects(management.users.get({ id: "auth0|nobody" }), { statusCode: 404 });
console.log("ok");
