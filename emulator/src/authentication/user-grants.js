/** @import { Core } from "../core.js" */

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
