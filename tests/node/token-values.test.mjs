// Which access tokens are used, and which are rejected before any request carries them.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { test } from "node:test";
import { PEOPLE } from "@archie/auth0-tenant-emulator";
import { Auth0ApiError } from "@archie/auth0-user-security";
import { everythingOf } from "../../test-support/error-text.mjs";
import { scriptedServer, tokenResponse } from "../../test-support/scripted-server.mjs";
import { rejection, serviceFor } from "../../test-support/service.mjs";

const { ada } = PEOPLE;

const largeHeaders = (handler) => createServer({ maxHeaderSize: 1 << 16 }, handler);

for (const token_type of [undefined, null, "Bearer", "bearer", "BEARER"]) {
  test(`a token of the type ${token_type} is used`, async (t) => {
    const token = { ...tokenResponse, token_type };
    const server = await scriptedServer(t, { token, api: { sessions: [] } });
    assert.deepEqual(await serviceFor(server).findUserSessions(ada), []);
  });
}

const SPOILT = "cAnArY-token";

for (const [name, wrong] of Object.entries({
  "of the type DPoP": { token_type: "DPoP" },
  "of the type mac": { token_type: "mac" },
  "of the type N_A": { token_type: "N_A" },
  "of an empty type": { token_type: "" },
  "of a type with a space": { token_type: "Bearer " },
  "of a type that is not a string": { token_type: 5 },
  "of a list of types": { token_type: ["Bearer"] },
  "that is empty": { access_token: "" },
  "with a space": { access_token: `${SPOILT} x` },
  "that is a space": { access_token: " " },
  "with a line break": { access_token: `${SPOILT}\r\nx: y` },
  "with a line feed": { access_token: `${SPOILT}\n` },
  "with a NUL": { access_token: `${SPOILT}\u0000` },
  "with a tab": { access_token: `${SPOILT}\t` },
  "with DEL": { access_token: `${SPOILT}\u007f` },
  "with letters beyond ASCII": { access_token: `${SPOILT}\u00e9` },
  "with an emoji": { access_token: `${SPOILT}\u{1f600}` },
  "of 16 KiB and a byte": { access_token: "x".repeat(16 * 1024 + 1) },
  "of a megabyte": { access_token: "x".repeat(1 << 20) },
})) {
  test(`a token ${name} is an Auth0ApiError at once`, async (t) => {
    const server = await scriptedServer(t, { token: { ...tokenResponse, ...wrong } });
    const error = await rejection(serviceFor(server).findUserSessions(ada));
    assert.equal(error.constructor, Auth0ApiError, String(error));
    assert.deepEqual([error.statusCode, error.endpoint, error.attempts], [200, "/oauth/token", 1]);
    assert.match(error.message, /token_type|access_token/);
    assert.ok(!everythingOf(error).includes(SPOILT), "the token shows");
    assert.equal(server.requests.length, 1, "nothing is sent with it, and nothing is repeated");
  });
}

test("a token of 16 KiB is used", async (t) => {
  const token = { ...tokenResponse, access_token: "x".repeat(16 * 1024) };
  const server = await scriptedServer(t, { token, api: { sessions: [] } }, largeHeaders);
  assert.deepEqual(await serviceFor(server).findUserSessions(ada), []);
});
