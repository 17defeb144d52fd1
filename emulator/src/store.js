import { Table } from "./table.js";

/** Everything one tenant knows. Rows have the shape that the API answers with. */
export class Store {
  users = new Table("user_id");
  /** user_id → password; kept apart so that no answer can hold one. */
  passwords = new Map();
  sessions = new Table("id", "user_id");
  refreshTokens = new Table("id", "user_id");
  /** raw refresh token → { id, retired? } */
  rawRefreshTokens = new Map();
  connections = new Table("name", "strategy");
  clients = new Table("client_id");
  apis = new Table("identifier");
  authenticationMethods = new Table("id", "user_id");
  /** user_id → brute-force blocks */
  blocks = new Map();
  /** `user ip` → wrong passwords in a row */
  failures = new Map();
  logs = new Table("log_id", "user_id");
  codes = new Map();
  /** Browser cookie → session id */
  cookies = new Map();
  /** Logins under way, by the `state` of their pages. */
  transactions = new Map();
  tickets = new Map();
  /** Opaque access tokens, for /userinfo only. */
  opaqueTokens = new Map();
  /** Machine tokens issued, by client and window of time. */
  quotas = new Map();
  /** `jti`s of client assertions, which count once. */
  assertions = new Map();

  clear() {
    Object.assign(this, new Store());
  }

  /** The user who owns an identity, as primary or linked. */
  userByIdentity(provider, userId) {
    const own = this.users.get(`${provider}|${userId}`);
    if (own) return own;
    return this.users.values().find((user) => hasIdentity(user, provider, userId));
  }

  connectionById(id) {
    return this.connections.values().find((connection) => connection.id === id);
  }

  deleteUser(userId) {
    for (const table of [this.sessions, this.logs]) {
      for (const row of table.of(userId)) table.delete(row.id ?? row.log_id);
    }
    for (const token of this.refreshTokens.of(userId)) this.deleteRefreshToken(token.id);
    for (const method of this.authenticationMethods.of(userId)) {
      this.authenticationMethods.delete(method.id);
    }
    this.blocks.delete(userId);
    this.passwords.delete(userId);
    return this.users.delete(userId);
  }

  deleteRefreshToken(id) {
    for (const [raw, entry] of this.rawRefreshTokens) {
      if (entry.id === id) this.rawRefreshTokens.delete(raw);
    }
    return this.refreshTokens.delete(id);
  }

  refreshTokensOfSession(sessionId, userId) {
    return this.refreshTokens.of(userId).filter((token) => token.session_id === sessionId);
  }
}

export function hasIdentity(user, provider, userId) {
  return user.identities.some(
    (identity) => identity.provider === provider && String(identity.user_id) === String(userId),
  );
}

/** Whether people of a connection may use an application; any may, unless it names some. */
export function isEnabled({ connections }, name) {
  return connections === undefined || connections.includes(name);
}

/** `provider|id`, split on the first pipe only. */
export function splitUserId(userId) {
  const pipe = userId.indexOf("|");
  return [userId.slice(0, pipe), userId.slice(pipe + 1)];
}
