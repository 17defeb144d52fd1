import { usualConnection } from "../store/rows.js";
import { splitUserId } from "../store/store.js";

/** @import { SeedUser } from "../../index.js" */

/**
 * The connection in which a user signs in, and the provider of its accounts.
 * @param {SeedUser} user
 * @returns {{ provider: string, name: string }}
 */
export function homeOf({ user_id: id = "auth0|", connection, identities }) {
  const [provider, ownId] = splitUserId(id);
  const [main] = /** @type {{ connection: string }[]} */ (identities ?? []);
  return { provider, name: connection ?? main?.connection ?? usualConnection(provider, ownId) };
}
