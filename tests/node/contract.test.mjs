// Every request of the library conforms to Auth0's own description of its Management API.

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { PEOPLE, SESSIONS } from "@archie/auth0-tenant-emulator";
import { contractOf } from "../../emulator/test-support/openapi.js";
import { CALLBACK, connect } from "../../test-support/connection.mjs";
import { serviceFor, tenantOf } from "../../test-support/service.mjs";

const place = new URL("../../../shared/auth0-management-openapi.json", import.meta.url);
const skip = existsSync(place)
  ? false
  : "no ../shared/auth0-management-openapi.json, which is not part of the repository: put Auth0's OpenAPI description there";
const { ada, grace, linked } = PEOPLE;

async function callEverything(tenant, service) {
  const options = { currentSessionId: SESSIONS.adaIphone };
  await service.findUserSessions({ email: "Ada@Example.com" }, options);
  await service.getUserSecurityDashboard(ada);
  await service.checkConfiguration();
  await service.revokeUserSession(ada, SESSIONS.adaIphone, { waitUntilGone: true });
  await service.revokeOtherUserSessions(ada, SESSIONS.adaWindows);
  await service.revokeAllUserSessions(ada);
  await service.generatePasswordChangeTicket({ sub: ada }, CALLBACK, { ttlSeconds: 60 });
  await service.generatePasswordChangeTicket(ada, { markEmailAsVerified: true });
  const methods = await connect(tenant, service, {
    user: ada,
    provider: "google-oauth2",
    as: grace,
  });
  await service.disconnectSecondaryAccount(ada, methods[1]);
  await service.findUserAuthenticationMethods(linked);
}

test("every request and every response conforms", { skip }, async (t) => {
  const contract = contractOf(JSON.parse(readFileSync(place, "utf8")));
  const settings = [{}, { revokeRefreshTokens: false }];
  const requests = [];
  for (const setting of settings) {
    const tenant = await tenantOf(t);
    await callEverything(tenant, serviceFor(tenant, setting));
    requests.push(...tenant.requests);
  }
  const managed = requests.filter(({ template }) => template?.startsWith("/api/v2/"));
  const operations = new Set(managed.map(({ operation }) => operation));
  assert.ok(operations.size >= 11, [...operations].join());
  for (const request of managed) {
    assert.deepEqual(contract.check(request), [], `${request.method} ${request.url}`);
  }
});
