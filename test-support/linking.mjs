// An account connection by code on a scripted issuer, up to the error that it ends with.

import { CALLBACK } from "./connection.mjs";
import { rejection, serviceFor } from "./service.mjs";
import { genuine, goodClaims, PRIMARY } from "./signing.mjs";

export async function linkError(issuer) {
  const service = serviceFor(issuer, { retry: { maxAttempts: 1 } });
  const ticket = service.generateAccountConnectionUrl("google-oauth2", CALLBACK, { user: PRIMARY });
  issuer.idToken = genuine(goodClaims(issuer, ticket.nonce));
  const { state } = ticket;
  return await rejection(service.connectSecondaryAccount(PRIMARY, CALLBACK, "code", { state }));
}
