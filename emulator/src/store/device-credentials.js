/** @import { DeviceCredential, RefreshToken } from "./model.js" */
/** @import { Store } from "./store.js" */

/**
 * The device credentials of one user, or of all. Refresh tokens are device credentials, too.
 * @param {Store} store
 * @param {string} [userId]
 */
export function deviceCredentialsOf({ deviceCredentials, refreshTokens }, userId) {
  const isAll = userId === undefined;
  const stored = isAll ? deviceCredentials.values() : deviceCredentials.of(userId);
  const tokens = isAll ? refreshTokens.values() : refreshTokens.of(userId);
  return [...stored, ...tokens.map(credentialOf)];
}

/**
 * Deletes a device credential. If it is a refresh token, that is the end of the token.
 * @param {Store} store
 * @param {string} id
 */
export function deleteDeviceCredential(store, id) {
  store.deviceCredentials.delete(id);
  const token = store.refreshTokens.values().find((row) => credentialId(row) === id);
  if (token) store.deleteRefreshToken(token.id);
}

/**
 * @param {RefreshToken} token
 * @returns {DeviceCredential}
 */
function credentialOf(token) {
  const name = token.device?.initial_user_agent;
  return {
    id: credentialId(token),
    ...(name && { device_name: name }),
    type: token.rotating ? "rotating_refresh_token" : "refresh_token",
    user_id: token.user_id,
    client_id: token.client_id,
  };
}

/**
 * Not the id of the refresh token, so that a program that mixes the two up is noticed.
 * @param {RefreshToken} token
 */
function credentialId({ id }) {
  return `dcr_${id.replace(/^rt_/, "")}`;
}
