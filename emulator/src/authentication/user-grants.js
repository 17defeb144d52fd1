/** @import { Core } from "../core.js" */
/** @import { Context } from "../http.js" */
/** @import { Transaction } from "../store/model.js" */

/**
 * Whether an application of somebody else (`is_first_party: false`) asks for more than the user
 * allowed it before.
 * @param {Pick<Context, "core" | "request">} context
 * @param {Transaction} transaction
 * @param {string} userId
 */
export function needsConsent({ core, request }, transaction, userId) {
  const { clientId, scopes, audience = `${core.issuerFor(request)}userinfo` } = transaction;
  if (core.store.clients.get(clientId)?.is_first_party !== false) return false;
  const allowed = core.store.grants
    .of(userId)
    .filter((grant) => grant.clientID === clientId && grant.audience === audience)
    .flatMap((grant) => grant.scope);
  return scopes.some((scope) => !allowed.includes(scope));
}

/**
 * Records what a user allowed an application. For the same application and API there is one grant,
 * which collects the scopes.
 * @param {Core} core
 * @param {{ userId: string, clientId: string, audience: string, scopes: string[] }} allowed
 */
export function recordGrant({ ids, store }, { userId, clientId, audience, scopes }) {
  const known = store.grants
    .of(userId)
    .find((grant) => grant.clientID === clientId && grant.audience === audience);
  store.grants.set({
    id: known?.id ?? ids.hex(24),
    user_id: userId,
    clientID: clientId,
    audience,
    scope: [...new Set([...(known?.scope ?? []), ...scopes])],
  });
}
