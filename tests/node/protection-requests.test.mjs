// How many requests each method that defends an account takes: as the reference states, and no more.

import assert from "node:assert/strict";
import { before, test } from "node:test";
import { PEOPLE } from "@archie/auth0-tenant-emulator";
import { readDocument } from "../../test-support/repository.mjs";
import { serviceFor, sharedTenant } from "../../test-support/service.mjs";

const { ada, blocked, dorothy, grace } = PEOPLE;

const tenant = await sharedTenant();
const types = readDocument("types/prelude.d.ts");
let service;

before(() => {
  service = serviceFor(tenant);
});

const aBlock = () => tenant.addBlock({ user_id: ada, identifier: "ada@example.com" });
const factor = () => tenant.authenticationMethods(dorothy).find(({ type }) => type === "passkey");
const clientId = () => tenant.refreshTokens(dorothy)[0].client_id;
const include = ["block", "sessions", "refreshTokens", "grants"];

/** What the reference says, the call, and the requests beside the one for a token. */
const CALLS = {
  blockUser: ["Three requests", () => service.blockUser(grace), 3],
  unblockUser: ["Two requests", () => service.unblockUser(blocked), 2],
  findUserBlocks: ["One request", () => service.findUserBlocks(ada), 1],
  clearUserBlocks: ["one if there is no block", () => service.clearUserBlocks(ada), 1],
  findUserFactors: ["every 50 factors", () => service.findUserFactors(dorothy), 1],
  removeUserFactor: ["Three requests", () => service.removeUserFactor(dorothy, factor()), 3],
  removeAllUserFactors: [
    "plus one for each factor",
    () => service.removeAllUserFactors(dorothy, { allowLast: true }),
    2 + 3,
  ],
  findUserApplications: ["every 50 tokens", () => service.findUserApplications(dorothy), 1],
  revokeUserApplication: [
    "plus one for each token",
    () => service.revokeUserApplication(dorothy, clientId()),
    1 + 1,
  ],
  limitUserSessions: [
    "plus one for each session that is ended",
    () => service.limitUserSessions(grace, { max: 1 }),
    1 + 1,
  ],
  endUserAccess: ["the block takes one more", () => service.endUserAccess(ada, { include }), 6],
  generateEmailVerificationTicket: [
    "Two requests",
    () => service.generateEmailVerificationTicket(ada),
    2,
  ],
  sendVerificationEmail: ["Two requests", () => service.sendVerificationEmail(ada), 2],
};

for (const [method, [statement, call, requests]] of Object.entries(CALLS)) {
  test(`${method}: ${statement}`, async () => {
    await service.findUserFactors(dorothy);
    tenant.clearRequests();
    await call();
    assert.equal(tenant.requests.length, requests);
    const [comment] = types.split(`  ${method}(`)[0].split("/**").slice(-1);
    assert.ok(comment.includes(statement), `${statement} is not in the reference`);
  });
}

test("clearUserBlocks: two requests if there is a block", async () => {
  aBlock();
  await service.findUserFactors(dorothy);
  tenant.clearRequests();
  assert.equal(await service.clearUserBlocks(ada), 1);
  assert.equal(tenant.requests.length, 2);
});
