import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { startTenant } from "../index.js";
import { describeSeedError } from "../src/seed/describe.js";

let tenant;
before(async () => {
  tenant = await startTenant();
});
after(() => tenant.close());

function assertRefused(cases) {
  for (const [seed, message] of cases) {
    assert.throws(() => tenant.reset(seed), { message }, JSON.stringify(seed));
  }
}

test("all mistakes of a seed are listed, up to ten, each once", () => {
  const seed = {
    users: [
      { user_id: "auth0|1", emial: "x" },
      { user_id: "2" },
      { user_id: "auth0|3", password: "weak" },
    ],
    sessions: [{ user_id: "auth0|4" }],
  };
  const lines = refusalOf(seed);
  assert.deepEqual(
    lines.map((line) => line.split(":")[0]),
    ["Bad seed", "users[0].emial", "users[1].user_id", "sessions[0].user_id", "users[2].password"],
  );
  const many = {
    users: Array.from({ length: 30 }, (_, index) => ({ user_id: `auth0|${index}`, x: 1 })),
  };
  assert.equal(refusalOf(many).length, 1 + 10);
  const untyped = { users: [{ name: 5 }, { user_id: "auth0|1", password: "weak" }], blocks: [{}] };
  assert.equal(refusalOf(untyped).length, 1 + 3);
  const custom = { oidc_logout: { backchannel_logout_initiators: { mode: "custom" } } };
  const [line, ...others] = refusalOf({ clients: [custom] });
  assert.match(line, /initiators: Missing required property: selected_initiators$/);
  assert.deepEqual(others, []);
});

/** The lines of the error. */
function refusalOf(seed) {
  try {
    tenant.reset(seed);
  } catch (error) {
    return error.message.split("\n");
  }
  throw new Error("accepted");
}

test("a value of the wrong format is called by its name, with what is valid", () => {
  const users = [{ user_id: "auth0|1" }];
  assertRefused([
    [
      { organizations: [{ name: "acme", id: "org_1" }] },
      /^Bad seed: organizations\[0\]\.id: not a valid organization id: org_1\. .*`org_` and 16 letters or digits$/,
    ],
    [
      { users, sessions: [{ user_id: "auth0|1", created_at: "soon" }] },
      /created_at: not a valid date time: soon\. A date looks like this/,
    ],
    [{ users: [{ user_id: "1" }] }, /user_id: not a valid user id: 1\. An id names its provider/],
  ]);
});

test("every format that seeds use comes with what is valid", () => {
  const schema = readFileSync(new URL("../seed.schema.json", import.meta.url), "utf8");
  for (const [, format] of schema.matchAll(/"format": "([^"]+)"/g)) {
    const problem = { path: [], message: "", keyword: "format", format, value: "x" };
    assert.match(describeSeedError(problem), /^not a valid .+: x\. \w+/, format);
  }
});
