// Tenants and services for tests.

import { after, beforeEach } from "node:test";
import { Auth0UserSecurityService } from "@archie/auth0-user-security";
import { recordingLogger } from "./logger.mjs";
import { startTenant } from "./tenant.mjs";

/** The tenant of all tests in a file: reset before each of them, closed after the last. */
export async function sharedTenant(options) {
  const tenant = await startTenant(options);
  beforeEach(() => tenant.reset());
  after(() => tenant.close());
  return tenant;
}

/** A tenant for one test, closed when the test ends. */
export async function tenantOf(t, options) {
  const tenant = await startTenant(options);
  t.after(() => tenant.close());
  return tenant;
}

/** A service for a tenant or a scripted server, silent unless a logger is given. */
export function serviceFor({ domain, clientId, clientSecret }, config, logger = recordingLogger()) {
  return new Auth0UserSecurityService({ domain, clientId, clientSecret, ...config }, logger);
}

/** Requests to a tenant or a scripted server that change something. */
export function writes(server) {
  return server.requests.filter(({ method, url }) => method !== "GET" && url !== "/oauth/token");
}

export function tokenRequests(server) {
  return server.requests.filter(({ url }) => url === "/oauth/token");
}

/** The reason that a promise rejects with; fails if it resolves. */
export async function rejection(promise) {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error("The promise was expected to be rejected.");
}
