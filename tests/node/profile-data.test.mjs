// What a method says of its owner: the identity's own profile, and for the primary one also the account's.

import assert from "node:assert/strict";
import { test } from "node:test";
import { scriptedServer } from "../../test-support/scripted-server.mjs";
import { serviceFor } from "../../test-support/service.mjs";

const ID = "auth0|1";
const ROOT = {
  user_id: ID,
  email: "ada@example.com",
  email_verified: true,
  name: "Ada",
  picture: "https://a.example/ada.png",
};

/** The methods of a user whose identities have these profiles. */
async function methodsWith(t, profiles, root = ROOT) {
  const identities = profiles.map((profileData, index) => ({
    provider: index === 0 ? "auth0" : "github",
    user_id: `${index + 1}`,
    profileData,
  }));
  const server = await scriptedServer(t, { api: { ...root, identities } });
  return await serviceFor(server).findUserAuthenticationMethods(ID);
}

const shown = ({ email, emailVerified, name, username }) => [email, emailVerified, name, username];

for (const [name, profileData] of [
  ["nothing", {}],
  ["empty strings", { email: "", name: " ", picture: "" }],
  ["null", { email: null, email_verified: null, name: null }],
]) {
  test(`where the primary identity says ${name}, the account's email and name are shown`, async (t) => {
    const [method] = await methodsWith(t, [profileData]);
    assert.deepEqual(shown(method), [ROOT.email, true, "Ada", ROOT.email]);
    assert.equal(method.picture, ROOT.picture);
    assert.deepEqual(method.profileData, {
      email: ROOT.email,
      email_verified: true,
      name: "Ada",
      picture: ROOT.picture,
    });
  });
}

test("what the primary identity says itself takes precedence", async (t) => {
  const [method] = await methodsWith(t, [{ name: "Countess", email: "", picture: null }]);
  assert.deepEqual(shown(method), [ROOT.email, true, "Countess", ROOT.email]);
});

test("an email is never shown as verified because another one is", async (t) => {
  const [own] = await methodsWith(t, [{ email: "own@example.com" }]);
  assert.deepEqual(shown(own), ["own@example.com", undefined, "Ada", "own@example.com"]);
  assert.ok(!("email_verified" in own.profileData));
  const { email_verified: _, ...unverified } = ROOT;
  const [root] = await methodsWith(t, [{ email: "", email_verified: true }], unverified);
  assert.deepEqual(shown(root), [ROOT.email, undefined, "Ada", ROOT.email]);
  const [denied] = await methodsWith(t, [{ email_verified: true }], {
    ...ROOT,
    email_verified: false,
  });
  assert.deepEqual(shown(denied), [ROOT.email, false, "Ada", ROOT.email]);
});

test("a connected account shows nothing of the primary one, and no empty text", async (t) => {
  const [, second] = await methodsWith(t, [{}, { email: "", name: "", nickname: "octo" }]);
  assert.deepEqual(shown(second), [undefined, undefined, undefined, "octo"]);
  const [, bare] = await methodsWith(t, [{}, {}]);
  assert.deepEqual(shown(bare), [undefined, undefined, undefined, "2"]);
});
