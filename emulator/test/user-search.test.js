import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { api } from "../test-support/client.js";
import { PEOPLE, startTenant } from "../test-support/tenant.js";

let tenant;
let call;

before(async () => {
  tenant = await startTenant();
  call = await api(tenant);
});
beforeEach(() => tenant.reset());
after(() => tenant.close());

async function search(query) {
  const { status, body } = await call("GET", `/users?q=${encodeURIComponent(query)}`);
  assert.equal(status, 200, JSON.stringify(body));
  return body.map((user) => user.user_id);
}

test("the search ignores the case of an email", async () => {
  tenant.addUser({ user_id: "auth0|lower", email: "margaret.hamilton@example.com" });
  const both = [PEOPLE.upperCase, "auth0|lower"];
  assert.deepEqual(await search('email:"MARGARET.Hamilton@example.com"'), both);
});

test("the search ignores the case of five fields and of no other", async () => {
  const row = {
    user_id: "auth0|Case",
    email: "Case@example.com",
    name: "Name",
    given_name: "Given",
    family_name: "Family",
    nickname: "Nick",
    username: "User",
    user_metadata: { team: "Blue" },
  };
  tenant.addUser(row);
  const isFound = async (field, value) => (await search(`${field}:"${value}"`)).length === 1;
  for (const field of ["email", "name", "given_name", "family_name", "nickname"]) {
    assert.ok(await isFound(field, row[field].toUpperCase()), field);
  }
  for (const field of ["user_id", "username"]) {
    assert.ok(await isFound(field, row[field]), field);
    assert.ok(!(await isFound(field, row[field].toUpperCase())), field);
  }
  assert.ok(await isFound("user_metadata.team", "Blue"));
  assert.ok(!(await isFound("user_metadata.team", "blue")));
});

test("a phrase is literal: neither operators nor wildcards work in it", async () => {
  for (const query of [
    'email:"*@example.com"',
    'email:"ada*"',
    'email:"x OR email:ada@example.com"',
    'email:"\\" OR email\\:\\*"',
  ]) {
    assert.deepEqual(await search(query), [], query);
  }
});

test("a backslash escapes the next character", async () => {
  const emails = ["a+b@example.com", '"a b"@example.com', "a*b@example.com"];
  for (const [index, email] of emails.entries()) {
    tenant.addUser({ user_id: `auth0|${index}`, email });
    const escaped = email.replaceAll(/["+*]/g, "\\$&");
    assert.deepEqual(await search(`email:"${escaped}"`), [`auth0|${index}`]);
  }
  assert.deepEqual(await search("email:a\\*b@example.com"), ["auth0|2"]);
});

test("terms are joined by AND and OR, and an unquoted value may end with a wildcard", async () => {
  assert.deepEqual(await search("email:ada* OR email:grace*"), [PEOPLE.ada, PEOPLE.grace]);
  assert.deepEqual(await search('email:"ada@example.com" AND username:ada'), [PEOPLE.ada]);
  assert.deepEqual(await search('email:"ada@example.com" AND username:grace'), []);
});

test("terms are negated and grouped, and a field may have several values", async () => {
  const { ada, grace, linus } = PEOPLE;
  const three = `user_id:("${ada}" OR "${grace}" OR "${linus}")`;
  for (const [query, expected] of [
    [three, [ada, grace, linus]],
    [`${three} AND NOT email:ada*`, [grace, linus]],
    [`${three} AND NOT (email:ada* OR identities.provider:github)`, [grace]],
    ["identities.connection:github", [linus]],
    [`NOT _exists_:email`, [PEOPLE.sms]],
    [`_exists_:email AND _exists_:username`, [ada]],
    ["blocked:true", [PEOPLE.blocked]],
  ]) {
    assert.deepEqual(await search(query), expected, query);
  }
});

test("wildcards may be anywhere, ranges have dates or numbers, and two fields are computed", async () => {
  tenant.addUser({
    user_id: "auth0|old",
    email: "Old@Sub.Example.ORG",
    created_at: "2001-02-03T04:05:06.000Z",
    last_ip: "203.0.113.9",
    logins_count: 7,
    app_metadata: { level: 3 },
  });
  const { id } = tenant.addOrganization({ name: "acme", members: ["auth0|old"] });
  for (const query of [
    "email:*sub.example.org",
    "email:o*d@*.org",
    'email.domain:"sub.example.org"',
    `organization_id:${id}`,
    'last_ip:"203.0.113.9"',
    "last_ip:203.0.*.9 AND email:old*",
    "created_at:[* TO 2001-02-03]",
    "created_at:[2001-02-03T04:05:06Z TO 2001-02-03T04:05:07Z}",
    "logins_count:[7 TO 8} AND created_at:[* TO 2002-01-01]",
    "app_metadata.level:[3 TO *]",
  ]) {
    assert.deepEqual(await search(query), ["auth0|old"], query);
  }
  assert.deepEqual(await search("logins_count:{7 TO *] AND user_id:*|old"), []);
});

test("a query that cannot be parsed is rejected, never answered with an empty list", async () => {
  for (const query of [
    'email:"ada',
    "email:",
    "ada@example.com",
    "email:a AND",
    "email:a b:c",
    "(email:a",
    "email:/a/",
    "email:ada~",
    "email:ad?",
    "email:*om",
    "user_metadata.team:B*",
    "user_metadata.age:[1 TO 2]",
    "email:[a TO b]",
    "created_at:[then TO now]",
    "logins_count:[one TO 2]",
    "logins_count:>5",
    "_exists_:[1 TO 2]",
  ]) {
    const { status, body } = await call("GET", `/users?q=${encodeURIComponent(query)}`);
    assert.deepEqual([status, body.errorCode], [400, "invalid_query_string"], query);
  }
});

test("looking up users by a malformed email is rejected", async () => {
  for (const email of ["not-an-email", "ada@", "@example.com", " ada@example.com", "a@b\u200b"]) {
    const { status, body } = await call(
      "GET",
      `/users-by-email?email=${encodeURIComponent(email)}`,
    );
    assert.equal(status, 400, email);
    assert.deepEqual(body, {
      statusCode: 400,
      error: "Bad Request",
      message:
        `Query validation error: 'Object didn't pass validation for format email: ${email}' ` +
        "on property email (Email address to search for (case-sensitive)).",
      errorCode: "invalid_query_string",
    });
  }
});
