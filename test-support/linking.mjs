// Account connections by code on a scripted issuer, and attempts that must link nothing.

import assert from "node:assert/strict";
import { beforeEach } from "node:test";
import { AccountLinkingError } from "@archie/auth0-user-security";
import { CALLBACK } from "./connection.mjs";
import { rejection, serviceFor, writes } from "./service.mjs";
import { genuine, goodClaims, PRIMARY } from "./signing.mjs";

/** Completes a bound flow with the ID token that `forge` creates from genuine claims. */
export async function connectWith(issuer, forge, service = serviceFor(issuer), options = {}) {
  const ticket = service.generateAccountConnectionUrl("google-oauth2", CALLBACK, { user: PRIMARY });
  issuer.idToken = forge(goodClaims(issuer, ticket.nonce), issuer);
  const { state } = ticket;
  return await service.connectSecondaryAccount(PRIMARY, CALLBACK, "code", { state, ...options });
}

/** The error of a connection with a genuine token. */
export async function linkError(issuer) {
  const service = serviceFor(issuer, { retry: { maxAttempts: 1 } });
  return await rejection(connectWith(issuer, (claims) => genuine(claims), service));
}

export const linkRequests = (issuer) =>
  writes(issuer).filter(({ url }) => url.includes("identities"));

/**
 * Assertions that an attempt to connect an account was rejected and linked nothing. The expected identities are those
 * from before the test; after a link that is meant to succeed, `remember` takes the current ones.
 */
export function refusalsOf(tenant) {
  const identities = () => JSON.stringify(tenant.users().map((user) => user.identities));
  let untouched;
  const remember = () => {
    untouched = identities();
  };
  beforeEach(remember);

  /** The call is rejected for the reason, without an attempt to link. */
  async function assertRefused(attempt, reason) {
    const error = await rejection(attempt);
    assert.equal(error.constructor, AccountLinkingError, String(error));
    assert.deepEqual([error.reason, error.code], [reason, "ERR_ACCOUNT_LINKING"]);
    assert.equal(error.operation, "connectSecondaryAccount");
    assert.equal(identities(), untouched);
    const sent = writes(tenant).filter(({ url }) => url.startsWith("/api/"));
    assert.deepEqual(sent, []);
  }

  /** The same, before any request to the tenant. */
  async function assertRefusedUnasked(attempt, reason) {
    tenant.clearRequests();
    await assertRefused(attempt(), reason);
    assert.deepEqual(tenant.requests, []);
  }

  return { assertRefused, assertRefusedUnasked, remember };
}
