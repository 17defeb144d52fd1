import assert from "node:assert/strict";
import { ManagementClient } from "auth0";

/** The official SDK defends an account with two applications and three factors. */
const { DOMAIN, CLIENT_ID, CLIENT_SECRET, USER } = process.env;
const management = new ManagementClient({
  domain: DOMAIN,
  clientId: CLIENT_ID,
  clientSecret: CLIENT_SECRET,
});

async function all(pages) {
  const items = [];
  for await (const item of await pages) items.push(item);
  return items;
}

assert.equal((await management.users.update(USER, { blocked: true })).blocked, true);
const reset = await management.users.update(USER, { password: "New-password-2" });
assert.equal(reset.blocked, false);

const methods = await all(management.users.authenticationMethods.list(USER, { per_page: 2 }));
assert.deepEqual(
  methods.map(({ type }) => type),
  ["totp", "passkey", "recovery-code"],
);
await assert.rejects(management.users.authenticationMethods.deleteAll(USER), { statusCode: 403 });
await management.users.authenticationMethods.delete(USER, methods[1].id);
await management.users.authenticationMethods.deleteAll(USER);
await management.users.multifactor.invalidateRememberBrowser(USER);

const type = "rotating_refresh_token";
const [credential] = await all(management.deviceCredentials.list({ user_id: USER, type }));
assert.equal(credential.user_id, USER);
await management.deviceCredentials.delete(credential.id);
assert.equal((await all(management.users.refreshToken.list(USER))).length, 1);

const grants = await all(management.userGrants.list({ user_id: USER, per_page: 1 }));
assert.equal(grants.length, 2);
await management.userGrants.delete(grants[0].id);
await management.userGrants.deleteByUserId({ user_id: USER });
assert.deepEqual(await all(management.userGrants.list({ user_id: USER })), []);
assert.deepEqual(await all(management.users.refreshToken.list(USER)), []);

await management.refreshTokens.revoke({ user_id: USER, client_id: CLIENT_ID });
const job = await management.jobs.verificationEmail.create({ user_id: USER });
assert.equal(job.type, "verification_email");
console.log("ok");
