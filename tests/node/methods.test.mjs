// Which sign-in methods a user has, and what is shown of them.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import {
  AmbiguousUserError,
  Auth0ApiError,
  InsufficientScopeError,
  TimeoutError,
  UserAuthenticationMethodProvider,
  UserNotFoundError,
} from "@archie/auth0-user-security";
import { CALLBACK } from "../../test-support/connection.mjs";
import { canExist, hostileIds } from "../../test-support/hostile-ids.mjs";
import { scriptedServer } from "../../test-support/scripted-server.mjs";
import { rejection, serviceFor, sharedTenant, writes } from "../../test-support/service.mjs";
import { PEOPLE, startTenant } from "../../test-support/tenant.mjs";

const DATABASE = "Username-Password-Authentication";
const person = { given_name: "Katherine", family_name: "Johnson", nickname: "katherine" };
const name = "Katherine Johnson";

const tenant = await sharedTenant();
let service;

beforeEach(() => {
  service = serviceFor(tenant);
});

test("every identity is a method, the primary one first", async () => {
  const email = "katherine@example.com";
  const [primary, linked, ...more] = await service.findUserAuthenticationMethods(PEOPLE.linked);
  assert.deepEqual(more, []);
  assert.deepEqual(primary, {
    id: "64b9d1f3a0c58e0013fe7702",
    userId: "64b9d1f3a0c58e0013fe7702",
    provider: "email-password",
    connection: DATABASE,
    isSocial: false,
    username: email,
    email,
    emailVerified: true,
    name,
    isPrimary: true,
    profileData: { email, email_verified: true, name, ...person },
  });
  assert.deepEqual(linked, {
    id: "115015401343387192604",
    userId: "115015401343387192604",
    provider: "google-oauth2",
    connection: "google-oauth2",
    isSocial: true,
    username: "katherine@gmail.example",
    email: "katherine@gmail.example",
    emailVerified: true,
    name,
    isPrimary: false,
    profileData: { email: "katherine@gmail.example", email_verified: true, name, ...person },
  });
});

test("a user can be identified by any id or by email, with the same result", async () => {
  const methods = await service.findUserAuthenticationMethods(PEOPLE.ada);
  for (const user of [
    { id: PEOPLE.ada },
    { sub: PEOPLE.ada },
    { user_id: PEOPLE.ada },
    { email: "ada@example.com" },
    { email: "Ada@Example.com", connection: DATABASE },
  ]) {
    assert.deepEqual(await service.findUserAuthenticationMethods(user), methods);
  }
});

test("one request is sent, and only for the documented fields", async () => {
  await service.findUserAuthenticationMethods(PEOPLE.ada);
  const [, read, ...more] = tenant.requests;
  assert.deepEqual([read.template, more], ["/api/v2/users/{id}", []]);
  assert.ok(!/metadata|last_|logins/.test(read.query.fields), read.query.fields);
});

test("a provider outside the enum passes through under its Auth0 name", async () => {
  const [method] = await service.findUserAuthenticationMethods(PEOPLE.upperCase);
  assert.deepEqual(
    [method.provider, method.connection, method.id],
    ["samlp", "acme-saml", "acme-saml|Margaret.Hamilton@Example.COM"],
  );
  const [sms] = await service.findUserAuthenticationMethods(PEOPLE.sms);
  assert.deepEqual([sms.provider, sms.username, sms.email], ["sms", "+14258831929", undefined]);
});

test("the enum contains the five providers of the original package's README at run time", () => {
  assert.deepEqual(UserAuthenticationMethodProvider, {
    GOOGLE: "google-oauth2",
    GITHUB: "github",
    MICROSOFT: "windowslive",
    APPLE: "apple",
    EMAIL_PASSWORD: "email-password",
  });
  assert.ok(Object.isFrozen(UserAuthenticationMethodProvider));
});

test("a numeric identity id becomes a string, and a flag sent as a string a boolean", async (t) => {
  const quirky = await startTenant({
    quirks: { numericIdentityIds: true, stringEmailVerified: true },
  });
  t.after(() => quirky.close());
  const [method] = await serviceFor(quirky).findUserAuthenticationMethods(PEOPLE.linus);
  assert.deepEqual([method.id, method.userId], ["1024025", "1024025"]);
  assert.equal(method.emailVerified, true);
});

test("only true and 'true' count as a verified email", async (t) => {
  for (const [given, expected] of [
    [true, true],
    ["true", true],
    ["false", false],
    [1, false],
    ["yes", false],
  ]) {
    const identities = [{ provider: "github", user_id: "1" }];
    const api = { user_id: "github|1", email_verified: given, identities };
    const server = await scriptedServer(t, { api });
    const [method] = await serviceFor(server).findUserAuthenticationMethods("github|1");
    assert.equal(method.emailVerified, expected, JSON.stringify(given));
  }
});

test("a method with missing and null fields is usable", async (t) => {
  const bare = { provider: "github", user_id: 1 };
  for (const identity of [bare, { ...bare, connection: null, isSocial: null, profileData: null }]) {
    const server = await scriptedServer(t, {
      api: { user_id: "github|1", identities: [identity] },
    });
    assert.deepEqual(await serviceFor(server).findUserAuthenticationMethods("github|1"), [
      {
        id: "1",
        userId: "1",
        provider: "github",
        connection: "",
        isSocial: false,
        username: "1",
        isPrimary: true,
        profileData: {},
      },
    ]);
  }
});

test("a user without identities has no methods", async (t) => {
  for (const identities of [undefined, null, []]) {
    const server = await scriptedServer(t, { api: { user_id: "github|1", identities } });
    assert.deepEqual(await serviceFor(server).findUserAuthenticationMethods("github|1"), []);
  }
});

test("tokens of identity providers are never returned, wherever the payload contains them", async (t) => {
  const tokens = {
    access_token: "cAnArY-access",
    access_token_secret: "cAnArY-secret",
    refresh_token: "cAnArY-refresh",
    id_token: "cAnArY-id",
    oauth: { token: "cAnArY-nested" },
  };
  const profileData = { email: "a@example.com", name: { token: "cAnArY-name" }, ...tokens };
  const identities = [
    { provider: "auth0", user_id: "a", ...tokens },
    { provider: "google-oauth2", user_id: "b", ...tokens, profileData },
  ];
  const api = { user_id: "auth0|a", email: "a@example.com", ...tokens, identities };
  const other = { user_id: "github|c", identities: [{ provider: "github", user_id: "c" }] };
  const userInfo = { sub: other.user_id, email_verified: true };
  const linked = [...identities, { provider: "github", user_id: "c", ...tokens, profileData }];
  const server = await scriptedServer(t, {
    api: ({ method, url }) => {
      if (method === "POST") return { body: linked };
      if (method === "DELETE") return { body: [identities[0]] };
      if (url === "/userinfo") return userInfo;
      return url.includes("github") ? other : api;
    },
  });
  const scripted = serviceFor(server);
  const lists = [
    await scripted.findUserAuthenticationMethods("auth0|a"),
    await scripted.connectSecondaryAccount("auth0|a", "github", "token"),
    await scripted.disconnectSecondaryAccount("auth0|a", "google-oauth2", "b"),
  ];
  assert.deepEqual(
    lists.map((list) => list.length),
    [2, 3, 1],
  );
  assert.ok(!JSON.stringify(lists).includes("cAnArY"), JSON.stringify(lists));
  const [, google] = lists[0];
  assert.deepEqual(google.profileData, { email: "a@example.com" });
});

test("they are not returned even if the application may read them", async () => {
  tenant.setScopes(["read:users", "read:user_idp_tokens"]);
  const methods = await service.findUserAuthenticationMethods(PEOPLE.linked);
  assert.match(tenant.requests.at(-1).responseBody, /ya29/);
  assert.ok(!JSON.stringify(methods).includes("ya29"));
});

test("a profile field cannot reach the prototype of the result", async (t) => {
  const identity = '{"provider":"github","user_id":"1","profileData":{"__proto__":{"admin":true}}}';
  const body = `{"user_id":"github|1","__proto__":{"admin":true},"identities":[${identity}]}`;
  const server = await scriptedServer(t, { api: { body } });
  const [method] = await serviceFor(server).findUserAuthenticationMethods("github|1");
  assert.equal(method.admin, undefined);
  assert.equal(method.profileData.admin, undefined);
});

/** The four methods that take a user and read it before anything else. */
const calls = {
  findUserAuthenticationMethods: (user, options) =>
    service.findUserAuthenticationMethods(user, options),
  connectSecondaryAccount: (user, options) =>
    service.connectSecondaryAccount(user, CALLBACK, "code", options),
  disconnectSecondaryAccount: (user, options) =>
    service.disconnectSecondaryAccount(user, "google-oauth2", "1", options),
  generatePasswordChangeTicket: (user, options) =>
    service.generatePasswordChangeTicket(user, options),
};

for (const [method, call] of Object.entries(calls)) {
  test(`${method}: an unknown user, or several with one email, changes nothing`, async () => {
    for (const user of ["auth0|nobody", { email: "nobody@example.com" }, { id: "" }, ".."]) {
      const error = await rejection(call(user));
      assert.ok(error instanceof UserNotFoundError, String(error));
      assert.equal(error.operation, method);
    }
    const error = await rejection(call({ email: "shared@example.com" }));
    assert.ok(error instanceof AmbiguousUserError, String(error));
    assert.deepEqual(error.userIds, [PEOPLE.sharedDatabase, PEOPLE.sharedGoogle]);
    assert.deepEqual(writes(tenant), []);
  });

  test(`${method}: hostile user ids stay in their own path`, async () => {
    for (const id of hostileIds(100)) {
      assert.ok((await rejection(call(id))) instanceof UserNotFoundError, JSON.stringify(id));
      const urls = tenant.requests.map(({ url }) => url).filter((url) => url !== "/oauth/token");
      const paths = urls.map((url) => url.split("?")[0]);
      const own = `/api/v2/users/${encodeURIComponent(id.toWellFormed())}`;
      assert.deepEqual(
        paths.map(decodeURIComponent),
        canExist(id) ? [decodeURIComponent(own)] : [],
      );
      for (const path of paths) assert.equal(path.split("/").length, 5, path);
      tenant.clearRequests();
    }
  });

  test(`${method}: invalid arguments are TypeErrors without a request`, async () => {
    for (const user of [undefined, null, 5, true, {}, { id: 5 }, { sub: "a", id: "b" }]) {
      assert.equal((await rejection(call(user))).constructor, TypeError);
    }
    for (const [options, code] of [
      [{ unknown: 1 }, "ERR_INVALID_ARG_VALUE"],
      [5, "ERR_INVALID_ARG_TYPE"],
      [{ timeoutMs: "5" }, "ERR_INVALID_ARG_TYPE"],
      [{ timeoutMs: 0 }, "ERR_INVALID_ARG_VALUE"],
    ]) {
      const error = await rejection(call(PEOPLE.ada, options));
      assert.deepEqual([error.constructor, error.code], [TypeError, code], String(error));
    }
    assert.deepEqual(tenant.requests, []);
  });

  test(`${method}: a signal cancels it, and the deadline ends it`, async () => {
    const reason = new Error("stop");
    const early = await rejection(call(PEOPLE.ada, { signal: AbortSignal.abort(reason) }));
    assert.equal(early, reason);
    assert.deepEqual(tenant.requests, []);
    tenant.fault("get_users_by_id", { hang: true }, 2);
    const controller = new AbortController();
    tenant.fault(({ template }) => template === "/oauth/token" && controller.abort(reason), {});
    assert.equal(await rejection(call(PEOPLE.ada, { signal: controller.signal })), reason);
    const late = await rejection(call(PEOPLE.ada, { timeoutMs: 50 }));
    assert.equal(late.constructor, TimeoutError, String(late));
  });

  test(`${method}: the scope to read users is named when it is missing`, async () => {
    tenant.setScopes(["read:sessions"]);
    const error = await rejection(call(PEOPLE.ada));
    assert.ok(error instanceof InsufficientScopeError, String(error));
    assert.deepEqual(error.requiredScopes, ["read:users"]);
    assert.ok(error instanceof Auth0ApiError);
  });
}
