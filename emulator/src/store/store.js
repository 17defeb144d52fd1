import { Table } from "./table.js";

/**
 * @import {
 *   Api, AuthenticationMethod, Block, Client, CodeGrant, Connection, DeviceCredential, Email, ExportJob,
 *   LogEvent, OpaqueToken, Organization, RefreshToken, Session, Ticket, Transaction,
 *   TransferToken, User, UserGrant,
 * } from "./model.js"
 */

/** Everything that one tenant stores. */
export class Store {
  /** @type {Table<User>} */
  users = new Table("user_id");
  /** The ids of users who were deleted. */
  formerUsers = new Set();
  /**
   * By user id. Kept apart from the users so that no response can contain a password.
   * @type {Map<string, string>}
   */
  passwords = new Map();
  /** @type {Table<Session>} */
  sessions = new Table("id", "user_id");
  /** @type {Table<RefreshToken>} */
  refreshTokens = new Table("id", "user_id");
  /**
   * By the token itself.
   * @type {Map<string | undefined, { id: string, retired?: boolean }>}
   */
  rawRefreshTokens = new Map();
  /** @type {Table<Connection>} */
  connections = new Table("name", "strategy");
  /** @type {Table<Client>} */
  clients = new Table("client_id");
  /** @type {Table<Api>} */
  apis = new Table("identifier");
  /** @type {Table<AuthenticationMethod>} */
  authenticationMethods = new Table("id", "user_id");
  /** @type {Table<UserGrant>} */
  grants = new Table("id", "user_id");
  /**
   * Without refresh tokens, although these are device credentials, too.
   * @type {Table<DeviceCredential>}
   */
  deviceCredentials = new Table("id", "user_id");
  /** @type {Table<Organization>} */
  organizations = new Table("id");
  /**
   * The ids of users, by organization id.
   * @type {Map<string, Set<string>>}
   */
  members = new Map();
  /** @type {Table<Email>} */
  emails = new Table("id", "user_id");
  /** @type {Table<ExportJob>} */
  exportJobs = new Table("id");
  /**
   * Links to the files of exports by their signatures. They expire at a time in seconds.
   * @type {Map<string | undefined, { job: string, expires: number }>}
   */
  exportLinks = new Map();
  /**
   * By user id.
   * @type {Map<string, Block[]>}
   */
  blocks = new Map();
  /**
   * Consecutive wrong passwords, by `user-id connection ip`.
   * @type {Map<string, number>}
   */
  failures = new Map();
  /** @type {Table<LogEvent>} */
  logs = new Table("log_id", "user_id");
  /** @type {Map<string | undefined, CodeGrant>} */
  codes = new Map();
  /**
   * Browser cookie to session id.
   * @type {Map<string | undefined, string>}
   */
  cookies = new Map();
  /**
   * By the `state` of their pages.
   * @type {Map<string | null | undefined, Transaction>}
   */
  transactions = new Map();
  /**
   * By the token itself.
   * @type {Map<string | undefined, TransferToken>}
   */
  transferTokens = new Map();
  /** @type {Map<string | undefined, Ticket>} */
  tickets = new Map();
  /**
   * Only `/userinfo` accepts these.
   * @type {Map<string, OpaqueToken>}
   */
  opaqueTokens = new Map();
  /**
   * How many machine tokens were issued, by client and time window.
   * @type {Map<string, number>}
   */
  quotas = new Map();
  /**
   * The `jti` values of client assertions that were used.
   * @type {Set<string>}
   */
  assertions = new Set();
  /**
   * The issuer that an application knows a session by, if a login on a custom domain gave it that one.
   * Kept apart from the sessions, whose rows the Management API returns.
   * @type {WeakMap<Session, Map<string, string>>}
   */
  sessionIssuers = new WeakMap();
  /** Aborts when these rows are cleared, because what is still under way concerns rows that are gone. */
  cleared = new AbortController();

  /** @param {Store} other whose rows this one takes over */
  replace(other) {
    this.cleared.abort();
    Object.assign(this, other);
  }

  /**
   * The user who owns an identity, main or linked.
   * @param {string} provider
   * @param {string | number} userId
   */
  userByIdentity(provider, userId) {
    const own = this.users.get(`${provider}|${userId}`);
    if (own) return own;
    return this.users.values().find((user) => hasIdentity(user, provider, userId));
  }

  /** @param {string | undefined} id */
  connectionById(id) {
    return this.connections.values().find((connection) => connection.id === id);
  }

  /**
   * @param {string} organizationId
   * @returns {User[]}
   */
  membersOf(organizationId) {
    const ids = [...(this.members.get(organizationId) ?? [])];
    return ids.flatMap((id) => this.users.get(id) ?? []);
  }

  /**
   * The ids of the organizations that a user is a member of.
   * @param {string} userId
   */
  organizationsOf(userId) {
    return [...this.members].filter(([, ids]) => ids.has(userId)).map(([id]) => id);
  }

  /**
   * Deletes a user and all rows that belong to it.
   * @param {string} userId
   */
  deleteUser(userId) {
    this.endSessions(userId);
    this.endRefreshTokens(userId);
    for (const { log_id: id } of this.logs.of(userId)) this.logs.delete(id);
    for (const table of [this.authenticationMethods, this.grants, this.deviceCredentials]) {
      for (const { id } of table.of(userId)) table.delete(id);
    }
    for (const members of this.members.values()) members.delete(userId);
    this.blocks.delete(userId);
    this.passwords.delete(userId);
    if (this.users.has(userId)) this.formerUsers.add(userId);
    return this.users.delete(userId);
  }

  /** @param {string} userId */
  endSessions(userId) {
    for (const { id } of this.sessions.of(userId)) this.sessions.delete(id);
  }

  /** @param {string} userId */
  endRefreshTokens(userId) {
    for (const { id } of this.refreshTokens.of(userId)) this.deleteRefreshToken(id);
  }

  /** @param {string} id */
  deleteRefreshToken(id) {
    for (const [raw, entry] of this.rawRefreshTokens) {
      if (entry.id === id) this.rawRefreshTokens.delete(raw);
    }
    return this.refreshTokens.delete(id);
  }

  /**
   * Deletes a grant. Tokens are issued in the context of a grant and end with it.
   * @param {UserGrant} grant
   */
  deleteGrant({ id, user_id: userId, clientID, audience }) {
    for (const token of this.refreshTokens.of(userId)) {
      const isForAudience = token.resource_servers.some((server) => server.audience === audience);
      if (token.client_id === clientID && isForAudience) this.deleteRefreshToken(token.id);
    }
    this.grants.delete(id);
  }

  /**
   * @param {string} sessionId
   * @param {string} userId
   */
  refreshTokensOfSession(sessionId, userId) {
    return this.refreshTokens.of(userId).filter((token) => token.session_id === sessionId);
  }
}

/**
 * @param {Pick<User, "identities">} user
 * @param {string} provider
 * @param {string | number} userId
 */
export function hasIdentity(user, provider, userId) {
  return user.identities.some(
    (identity) => identity.provider === provider && String(identity.user_id) === String(userId),
  );
}

/**
 * Whether users of a connection may sign in to a client: those of any connection, unless the client
 * lists some.
 * @param {Client | undefined} client
 * @param {string} connection
 */
export function isEnabled(client, connection) {
  return client?.connections === undefined || client.connections.includes(connection);
}

/**
 * Splits `provider|id` on the first pipe.
 * @param {string} userId
 * @returns {[provider: string, id: string]}
 */
export function splitUserId(userId) {
  const pipe = userId.indexOf("|");
  return [userId.slice(0, pipe), userId.slice(pipe + 1)];
}
