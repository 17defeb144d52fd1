import { deleteDeviceCredential, deviceCredentialsOf } from "../store/device-credentials.js";
import { offsetPageWithoutLength, refuseBeyondThousand } from "./pages.js";
import { offsetQuery, PAGE_SIZE } from "./schemas.js";
import { FIELD_LIST, project } from "./users.js";

/** @import { DeviceCredential } from "../store/model.js" */
/** @import { Call, Operation } from "./operation.js" */

/**
 * Without a type, the list has no rotating refresh tokens and ignores the page that was asked for.
 * @param {Call} call
 */
function list({ core: { store }, query }) {
  refuseBeyondThousand(query);
  const { user_id: userId, client_id: clientId, type } = query;
  const isWanted = (/** @type {DeviceCredential} */ credential) =>
    (clientId === undefined || credential.client_id === clientId) &&
    (type === undefined ? credential.type !== "rotating_refresh_token" : credential.type === type);
  const shown = deviceCredentialsOf(store, userId)
    .filter(isWanted)
    .map((credential) => project(credential, query));
  if (type === undefined) return shown;
  return offsetPageWithoutLength(shown, query, "device_credentials");
}

const TEXT = { type: "string" };

/**
 * The reference has no 404: deleting an unknown credential succeeds.
 * @type {Operation[]}
 */
export const deviceCredentialOperations = [
  {
    id: "get_device-credentials",
    method: "GET",
    path: "/device-credentials",
    scopes: ["read:device_credentials"],
    query: offsetQuery({
      per_page: PAGE_SIZE,
      ...FIELD_LIST,
      user_id: TEXT,
      client_id: TEXT,
      type: { type: "string", enum: ["public_key", "refresh_token", "rotating_refresh_token"] },
    }),
    handle: list,
  },
  {
    id: "delete_device-credentials_by_id",
    description: "Delete a device credential",
    method: "DELETE",
    path: "/device-credentials/:id",
    scopes: ["delete:device_credentials", "delete:current_user_device_credentials"],
    ownerOf: ({ store }, { id }) =>
      deviceCredentialsOf(store).find((credential) => credential.id === id)?.user_id,
    status: 204,
    handle({ core, params }) {
      deleteDeviceCredential(core.store, params.id);
    },
  },
];
