import { PageError } from "../errors.js";
import { isEnabled } from "../store/store.js";

/** @import { Login } from "../authentication/finish.js" */
/** @import { Connection } from "../store/model.js" */

/** @type {Record<string, string>} */
const LABELS = {
  apple: "Apple",
  facebook: "Facebook",
  github: "GitHub",
  "google-oauth2": "Google",
  linkedin: "LinkedIn",
  sms: "SMS",
  twitter: "X",
  windowslive: "Microsoft",
};

/**
 * What the pages call a connection: as people know it.
 * @param {Connection} connection
 */
export const labelOf = ({ name, strategy, display_name: label }) =>
  label ?? (name === strategy ? LABELS[strategy] : undefined) ?? name;

/** @param {Connection} connection */
export const isDatabase = ({ strategy }) => strategy === "auth0";

/**
 * The connections that are enabled for the application.
 * @param {Login} login
 */
export function enabledConnections({ core, transaction }) {
  const client = core.store.clients.get(transaction.clientId);
  return core.store.connections.values().filter(({ name }) => isEnabled(client, name));
}

/**
 * The identity provider that a person chose, if this login allows it.
 * @param {Login} login
 * @param {string | undefined} name
 */
export function chosenProvider(login, name) {
  const { connection: required } = login.transaction;
  const connection = enabledConnections(login).find((one) => one.name === name);
  if (connection && !isDatabase(connection) && (required === undefined || required === name)) {
    return connection;
  }
  const usable = required === undefined ? "one that is enabled for the application" : required;
  const text = `This login cannot use the connection ${name}. It needs ${usable}.`;
  throw new PageError(400, "Invalid connection", text);
}
