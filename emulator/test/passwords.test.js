import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { api } from "../test-support/client.js";
import { PEOPLE, startTenant } from "../test-support/tenant.js";

const DATABASE = "Username-Password-Authentication";
const WEAK = {
  statusCode: 400,
  error: "Bad Request",
  message: "PasswordStrengthError: Password is too weak",
};
const me = `/users/${encodeURIComponent(PEOPLE.ada)}`;

let tenant;
let call;
before(async () => {
  tenant = await startTenant();
  call = await api(tenant);
});
beforeEach(() => tenant.reset());
after(() => tenant.close());

const create = (password, connection = DATABASE) =>
  call("POST", "/users", { json: { connection, email: "new@example.com", password } });

test("a weak password is refused in Auth0's words, and changes nothing", async () => {
  for (const password of ["Short-1", "onlylower", "12345678", "lower-with-dash"]) {
    assert.deepEqual((await create(password)).body, WEAK);
    assert.deepEqual((await call("PATCH", me, { json: { password, name: "X" } })).body, WEAK);
  }
  assert.notEqual(tenant.user(PEOPLE.ada).name, "X");
  assert.ok((await tenant.login({ user: PEOPLE.ada })).code);
  assert.equal((await create("Longer-1")).status, 201);
});

test("a connection decides how strong its passwords must be", async () => {
  for (const [passwordPolicy, weak, strong] of [
    ["none", "", "x"],
    ["low", "12345", "123456"],
    ["fair", "lower-123", "Mixed123"],
    ["good", "Short-1", "Longer-1"],
    ["excellent", "Aaaa-bcdef", "Abab-cdef1"],
  ]) {
    tenant.reset();
    tenant.addConnection({ name: "db", strategy: "auth0", options: { passwordPolicy } });
    if (weak) assert.deepEqual((await create(weak, "db")).body, WEAK, passwordPolicy);
    assert.equal((await create(strong, "db")).status, 201, passwordPolicy);
  }
});

test("the page of a ticket says what a password needs, and the ticket stays usable", async () => {
  const json = { user_id: PEOPLE.ada };
  const { body } = await call("POST", "/tickets/password-change", { json });
  const ticket = new URL(body.ticket).searchParams.get("ticket");
  const send = (password) =>
    fetch(`${tenant.url}/u/reset-password`, {
      method: "POST",
      body: new URLSearchParams({ ticket, password, confirmation: password }),
    });
  const refused = await send("weak");
  assert.equal(refused.status, 400);
  assert.match(await refused.text(), /too weak\. It needs at least 8 characters, with three of/);
  assert.equal((await send("New-password-2")).status, 200);
});

test("a new user has a picture, unless the request has one", async () => {
  const { body } = await create("Longer-1");
  assert.equal(
    body.picture,
    "https://s.gravatar.com/avatar/b681d72feaf8bf6a93d9a8ab86679ec3?s=480&r=pg&d=https%3A%2F%2Fcdn.auth0.com%2Favatars%2Fne.png",
  );
  const picture = "https://example.com/me.png";
  const own = { connection: DATABASE, email: "o@example.com", password: "Longer-1", picture };
  assert.equal((await call("POST", "/users", { json: own })).body.picture, picture);
  const named = { connection: "github", email: "p@example.com", name: "Ada Lovelace" };
  assert.match((await call("POST", "/users", { json: named })).body.picture, /avatars%2Fal\.png$/);
});
