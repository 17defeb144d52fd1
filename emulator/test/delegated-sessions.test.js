import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { decodeJwt } from "jose";
import { exchange } from "../test-support/client.js";
import { PEOPLE, startTenant } from "../test-support/tenant.js";

const actor = { sub: "auth0|support", name: "Support" };
const typesOf = (user) => tenant.logs(user).map(({ type }) => type);

let tenant;
before(async () => {
  tenant = await startTenant();
});
beforeEach(() => tenant.reset());
after(() => tenant.close());

test("a delegated login names its actor in the session, the tokens and the log", async () => {
  const scope = "openid offline_access";
  const before = tenant.user(PEOPLE.ada).last_login;
  const { code } = await tenant.login({ user: PEOPLE.ada, actor, scope });
  const { body } = await exchange(tenant, code);
  const { sub, act, sid } = decodeJwt(body.id_token);
  assert.deepEqual([sub, act], [PEOPLE.ada, actor]);
  assert.deepEqual(tenant.session(sid).actor, actor);
  assert.deepEqual([body.refresh_token, body.expires_in], [undefined, 7200]);
  assert.deepEqual(typesOf(PEOPLE.ada), ["sdel", "sdeleacft"]);
  assert.ok(tenant.logs(PEOPLE.ada).every(({ details }) => details.actor.sub === actor.sub));
  assert.equal(tenant.user(PEOPLE.ada).last_login, before);
});

test("a delegated session ends after two hours, however much it is used", async () => {
  const browser = tenant.browser();
  const silent = tenant.authorizeUrl({ params: { prompt: "none" } });
  await browser.authorize(tenant.authorizeUrl(), { as: PEOPLE.ada, actor });
  tenant.clock.advance(3_600_000);
  assert.ok((await browser.authorize(silent)).code);
  tenant.clock.advance(3_600_000);
  assert.equal((await browser.authorize(silent)).error, "login_required");
});

test("silent logins and failed exchanges of delegated sessions have codes of their own", async () => {
  const browser = tenant.browser();
  await browser.authorize(tenant.authorizeUrl(), { as: PEOPLE.ada, actor });
  const { code } = await browser.authorize(tenant.authorizeUrl({ params: { prompt: "none" } }));
  await browser.authorize(tenant.authorizeUrl({ params: { prompt: "none", max_age: "0" } }));
  await exchange(tenant, code, { redirect_uri: "http://localhost:3000/other" });
  assert.deepEqual(typesOf(PEOPLE.ada), ["sdel", "sdelsa", "fdelsa", "fdeleacft"]);
});

test("the codes of ordinary logins are the usual ones", async () => {
  const browser = tenant.browser();
  const silent = tenant.authorizeUrl({ params: { prompt: "none" } });
  await browser.authorize(silent);
  await browser.authorize(tenant.authorizeUrl(), { as: PEOPLE.ada });
  const { code } = await browser.authorize(silent);
  await exchange(tenant, code);
  await exchange(tenant, code);
  assert.deepEqual(
    tenant.logs().map(({ type }) => type),
    ["fsa", "s", "ssa", "seacft", "feacft"],
  );
});

test("another session in the browser, a prompt and the implicit flow prevent a delegated session", async () => {
  const browser = tenant.browser();
  await browser.authorize(tenant.authorizeUrl(), { as: PEOPLE.grace });
  const second = browser.authorize(tenant.authorizeUrl(), { as: PEOPLE.ada, actor });
  await assert.rejects(second, /You are already logged in/);
  const implicit = { response_type: "token" };
  const { error } = await tenant.login({ user: PEOPLE.ada, actor, params: implicit });
  assert.equal(error, "unsupported_response_type");
  const fresh = tenant.browser();
  await fresh.authorize(tenant.authorizeUrl(), { as: PEOPLE.ada, actor });
  const consent = tenant.authorizeUrl({ params: { prompt: "consent" } });
  assert.equal((await fresh.authorize(consent)).error, "interaction_required");
});

test("a blocked user's delegated login fails, and an unusable token leads to the login page", async () => {
  const refused = await tenant.login({ user: PEOPLE.blocked, actor });
  assert.equal(refused.error, "unauthorized");
  assert.deepEqual([tenant.sessions(PEOPLE.blocked), typesOf(PEOPLE.blocked)], [[], []]);
  const url = tenant.authorizeUrl({ params: { session_transfer_token: "unknown" } });
  const { code } = await tenant.authorize(url, { as: PEOPLE.grace });
  assert.equal(decodeJwt((await exchange(tenant, code)).body.id_token).act, undefined);
});
