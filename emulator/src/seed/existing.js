/**
 * @import {
 *   Api, AuthenticationMethod, Client, Connection, DeviceCredential, Organization, RefreshToken, Session, User, UserGrant,
 * } from "../store/model.js"
 */

/**
 * Rows that a seed may refer to without defining them, and whose ids it may not use again. A store is such a set.
 * @typedef {object} Existing
 * @property {Rows<User>} users
 * @property {Rows<Connection>} connections
 * @property {Rows<Api>} apis
 * @property {Rows<Client>} clients
 * @property {Rows<Session>} sessions
 * @property {Rows<RefreshToken>} refreshTokens
 * @property {{ has: (token: string) => boolean }} rawRefreshTokens
 * @property {Rows<AuthenticationMethod>} authenticationMethods
 * @property {Rows<UserGrant>} grants
 * @property {Rows<DeviceCredential>} deviceCredentials
 * @property {Rows<Organization>} organizations
 */

/**
 * @template Row
 * @typedef {object} Rows
 * @property {(key: string) => Row | undefined} get
 * @property {(key: string) => boolean} has
 * @property {() => Iterable<Row>} values
 * @property {(visit: (row: Row) => void) => void} forEach
 */

/**
 * What there is in a tenant that has not been started.
 * @type {Existing}
 */
export const NOTHING = {
  users: new Map(),
  connections: new Map(),
  apis: new Map(),
  clients: new Map(),
  sessions: new Map(),
  refreshTokens: new Map(),
  rawRefreshTokens: new Map(),
  authenticationMethods: new Map(),
  grants: new Map(),
  deviceCredentials: new Map(),
  organizations: new Map(),
};
