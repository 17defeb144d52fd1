/**
 * Control over the sessions, sign-in methods, account connections and passwords of Auth0 users:
 * {@link Auth0UserSecurityService} holds every call.
 * @module @archie/auth0-user-security
 */

/**
 * A user: at least one of `sub`, `id`, `user_id` (all three name the Auth0 user id) or `email`.
 * An id wins over an email. Ids that differ from each other are refused. Only own properties are
 * read: what a class or a prototype provides, such as a getter, does not count.
 */
export interface IUser {
  /** The Auth0 user id, such as `"auth0|63d17c6b8869daf88ed7dbb8"`. */
  id?: string
  /** The same, as in the `sub` claim of an ID token. */
  sub?: string
  /** The same, as in Auth0's Management API. */
  user_id?: string
  /**
   * Finds the accounts whose own email it is, and those with a connected account whose verified email
   * it is; {@link Auth0Config.emailLookup} says in which case. Several accounts are an
   * {@link AmbiguousUserError}. What cannot be an email is a {@link UserNotFoundError} without a request.
   */
  email?: string
  /** With `email`: only accounts that have an identity of this connection. */
  connection?: string
}

/** A bare string is always an Auth0 user id, sent as it stands; to look up by email pass `{ email }`. */
export type UserRef = string | IUser

/** The session to revoke. A {@link UserSession} fits. */
export interface UserSessionRevokeInput {
  /** The id of the session. */
  id: string
}

/** What every call takes as its last argument. */
export interface CallOptions {
  /**
   * Cancels the call, which rejects at once with `signal.reason`. A change that has begun is completed within the deadline
   * nevertheless; its audit event says what was done.
   */
  signal?: AbortSignal
  /**
   * The deadline of this call in milliseconds, retries and waits included; 1 to 86,400,000.
   * @default Auth0Config.timeoutMs
   */
  timeoutMs?: number
  /**
   * Whose requests go first when the tenant's rate limit makes them wait. Those of `"bulk"` calls go
   * when no interactive one waits, and leave a tenth of the limit for interactive ones to come (half
   * of it until the refill has been measured). Bulk calls age: one that has waited for two seconds, in
   * which no bulk request went, goes although interactive ones wait. A change of several requests must
   * have waited two seconds for each of them, ten at most. No interactive call is overtaken twice, so
   * it waits longer by what refills one bulk call's requests: at 16 requests a second, 63 ms for each.
   * Whatever the priority, a change that has begun is completed before other work goes on.
   * @default "interactive"
   */
  priority?: 'interactive' | 'bulk'
}

/** Options of {@link Auth0UserSecurityService.findUserSessions}. */
export interface FindSessionsOptions extends CallOptions {
  /** The `sid` claim of the caller's ID token: the session with this id gets `current: true`. */
  currentSessionId?: string
}

/** What the calls that change something take as well. */
export interface ActionOptions extends CallOptions {
  /** Who asked for it, for the audit event: an id of your own choice, of at most 512 characters. */
  actor?: string
}

/** Options of the methods that revoke sessions. */
export interface RevokeOptions extends ActionOptions {
  /**
   * Wait, within the deadline, until Auth0 no longer shows what was revoked. Auth0 accepts a revocation at once and
   * finishes it later. What to wait for is listed before anything is revoked, so a person who signs in again
   * meanwhile does not prolong it. Where all of a user's sessions are revoked, refresh tokens are revoked once more
   * when the sessions are gone, because until then a session could mint another one. Without this option a call
   * promises that Auth0 accepted the revocation, and no more.
   * @default false
   */
  waitUntilGone?: boolean
}

/** Options of {@link Auth0UserSecurityService.revokeOtherUserSessions}. */
export interface RevokeOthersOptions extends RevokeOptions {
  /**
   * Reject with a {@link SessionNotFoundError}, before any change, unless the session to keep is one of the user's.
   * Otherwise a stale id ends all sessions.
   * @default false
   */
  requireCurrent?: boolean
}

/** What became of one step of an operation that changes something. */
export interface Effect {
  /**
   * `session` counts sessions that are ended one by one, `sessions` stands for all of a user's. No method of this version has
   * a step from `block` on.
   */
  step:
    | 'session'
    | 'sessions'
    | 'refreshTokens'
    | 'link'
    | 'unlink'
    | 'ticket'
    | 'block'
    | 'factor'
    | 'application'
    | 'grants'
    | 'deviceCredentials'
  /**
   * `unknown`: a request was sent, and its response was lost, cannot be read or did not come from Auth0; or Auth0 still
   * showed what was revoked when the deadline of `waitUntilGone` came.
   */
  state: 'done' | 'notDone' | 'unknown'
  /** How many things the step was about, where that is known. */
  count?: number
}

/** The providers that the README names. Any other is accepted, and passes through, under its Auth0 name. */
export declare enum UserAuthenticationMethodProvider {
  /** Google, for private and Workspace accounts. */
  GOOGLE = 'google-oauth2',
  /** GitHub. */
  GITHUB = 'github',
  /** Private Microsoft accounts. */
  MICROSOFT = 'windowslive',
  /** Sign in with Apple. */
  APPLE = 'apple',
  /** Auth0's databases, whose own name is `auth0`. */
  EMAIL_PASSWORD = 'email-password',
}

/** A provider as it can be passed: a member of the enum, its value, or another Auth0 name. */
export type ProviderName = UserAuthenticationMethodProvider | (string & {})

/** The identity to disconnect. A {@link UserAuthenticationMethod} fits. */
export interface UserAuthenticationMethodDisconnectInput {
  /** The identity's own id, with or without its provider in front. */
  id: string
  /** The provider that the identity is of. */
  provider: ProviderName
}

/** Options of {@link Auth0UserSecurityService.generateAccountConnectionUrl}. */
export interface ConnectionUrlOptions extends CallOptions {
  /**
   * Binds the ticket to this user, and adds PKCE. `connectSecondaryAccount` then demands the state
   * and the same user, named in the same way.
   */
  user?: UserRef
  /**
   * The connection that the person signs in by, where the provider has several.
   * @default the provider's own connection, or Auth0Config.databaseConnection
   */
  connection?: string
  /**
   * Scopes of the login, separated by spaces; at most 2,048 characters.
   * @default "openid profile email"
   */
  scope?: string
  /**
   * The `prompt` of the login: `"login"` makes the person sign in even where a session exists.
   * @default "login"
   */
  prompt?: string
  /**
   * Further parameters of `/authorize`: at most 100, each of at most 2,048 characters. The complete URL may have 8,000.
   * Those that the ticket protects are refused.
   */
  authorizationParams?: Record<string, string>
}

/** Options of {@link Auth0UserSecurityService.connectSecondaryAccount}. */
export interface ConnectOptions extends ActionOptions {
  /**
   * The `state` that came back to the redirect URL. Once named it must have a value. It is good for one code: in this
   * process, and with {@link Auth0Config.sharedState} in all processes that share it.
   */
  state?: string
  /**
   * Connect although the email of the other account is not verified. An attacker can register an
   * account with a victim's email and wait for the victim to use it.
   * @default false
   */
  allowUnverifiedEmail?: boolean
}

/** Options of {@link Auth0UserSecurityService.generatePasswordChangeTicket}. */
export interface PasswordTicketOptions extends ActionOptions {
  /**
   * Lifetime of the ticket in seconds; 1 to 2,592,000.
   * @default Auth0Config.passwordTicketTtlSeconds
   */
  ttlSeconds?: number
  /** The application whose login page follows. Not together with a redirect URL. */
  clientId?: string
  /** The organization whose login page follows. Not together with a redirect URL. */
  organizationId?: string
  /**
   * Whether the redirect URL gets the user's email as a parameter.
   * @default false
   */
  includeEmailInRedirect?: boolean
  /**
   * Whether using the ticket marks the email as verified.
   * @default false
   */
  markEmailAsVerified?: boolean
}

/** Why an account was not connected or disconnected. */
export type LinkingReason =
  /** `requireLinkState` is set and no state bound to a user was passed. */
  | 'state_required'
  /** The state was not made for this user and redirect URL, or was changed. */
  | 'state_invalid'
  /** The state is older than 10 minutes. */
  | 'state_expired'
  /** The state was used already: it is good for one code. */
  | 'state_used'
  /** Auth0 refused the authorization code. */
  | 'code_rejected'
  /** Auth0 refused the access token. */
  | 'token_rejected'
  /** The ID token is forged, expired or not meant for this flow. */
  | 'id_token_invalid'
  /** The person signed in to the same account again. */
  | 'same_user'
  /** The person signed in with another provider than the one asked for. */
  | 'provider_mismatch'
  /** The email of the other account is not verified. */
  | 'unverified_email'
  /** The account to connect to is blocked. */
  | 'primary_blocked'
  /** The account that the person signed in to does not exist any more. */
  | 'secondary_not_found'
  /** The account that the person signed in to is blocked. */
  | 'secondary_blocked'
  /** The other account has connected accounts of its own. */
  | 'secondary_has_identities'
  /** The other account is connected to another user. */
  | 'linked_elsewhere'
  /** Auth0 refused for a reason that it does not tell apart. */
  | 'refused'
  /** No such account is connected to the user. */
  | 'not_linked'
  /** The identity is the account itself. */
  | 'primary_identity'
  /** It is the only way in which the user can sign in. */
  | 'last_method'

/** How often a failed request is tried again. */
export interface RetryConfig {
  /**
   * Attempts per request, the first included; 1 to 20. A request that a closing HTTP/2 server reports as unseen is sent again
   * without using up an attempt, up to eight times.
   * @default 3
   */
  maxAttempts?: number
  /**
   * The longest pause before another attempt that Auth0 itself did not ask for, in milliseconds.
   * @default 10000
   */
  maxDelayMs?: number
}

/**
 * Where processes share state. A Redis that is down, slow or refuses fails no call and delays none
 * that the state of its own process is enough for: the calls go on with that state, and one warning
 * is logged.
 */
export interface SharedStateConfig {
  /**
   * `redis://` or `rediss://` (TLS, with the system's root certificates), with user, password and
   * the number of a database where there are any: `"rediss://user:password@redis.example.com:6380/0"`.
   */
  redisUrl: string
  /**
   * What all keys begin with; up to 100 printable ASCII characters without spaces.
   * @default "auth0-user-security"
   */
  prefix?: string
}

/**
 * How an application authenticates by a private key. Each token request carries an assertion of its
 * own, which counts for two minutes: the clock of this machine may be wrong by one.
 */
export interface ClientAssertion {
  /**
   * The private key as PEM text: RSA of 2048, 3072 or 4096 bits in PKCS#8 or PKCS#1, or an EC key
   * of the curve P-256 in PKCS#8. Not encrypted. Read by the constructor.
   */
  privateKey: string
  /** The id under which Auth0 knows the public key: 1 to 256 printable ASCII characters. None unless given. */
  keyId?: string
  /**
   * The algorithm registered with the public key.
   * @default "RS256" for an RSA key, "ES256" for an EC key
   */
  algorithm?: 'RS256' | 'RS384' | 'PS256' | 'ES256'
}

/**
 * The configuration of a service. A fault in it is a {@link ConfigurationError} of the constructor.
 *
 * Texts may not contain line breaks, nor begin or end with spaces or quotes, as values copied from files often do; a PEM
 * key or certificate may. They have at most 4,096 characters, a private key 65,536 and `tls.ca` 2,097,152.
 */
export interface Auth0Config {
  /** The tenant's bare host name, such as `"tenant.eu.auth0.com"`. For tests: a loopback host, with `http://` and a port. */
  domain: string
  /** Client id of a Machine to Machine application. */
  clientId: string
  /** Its client secret. Either this or `clientAssertion` is required, and not both. */
  clientSecret?: string
  /** Its private key in place of a client secret (`private_key_jwt`). */
  clientAssertion?: ClientAssertion
  /**
   * Identifier of the Management API.
   * @default `https://{domain}/api/v2/`
   */
  audience?: string
  /** Custom domain of the login pages, ticket links and ID tokens, such as `"login.example.com"`. */
  customDomain?: string
  /**
   * The web application that people log in through when accounts are connected.
   * @default the credentials above
   */
  application?: {
    /** Client id of the web application. */
    clientId: string
    /** Its client secret. Either this or `clientAssertion` is required, and not both. */
    clientSecret?: string
    /** Its private key in place of a client secret. */
    clientAssertion?: ClientAssertion
  }
  /**
   * The connection that the provider `email-password` stands for.
   * @default "Username-Password-Authentication"
   */
  databaseConnection?: string
  /**
   * Which accounts an email finds. `"exact"`: those stored in lower case, as all database users are,
   * and those stored as the email is given. `"any-case"`: those stored in any other case too, as far
   * as Auth0's user search shows them, which is some seconds behind. Only ASCII letters count as the
   * same letter in another case.
   * @default "exact"
   */
  emailLookup?: 'exact' | 'any-case'
  /** Where `generateAccountConnectionUrl(userId, provider)` sends people back to; at most 2,048 characters. */
  redirectUri?: string
  /** When set, redirect URLs of any other origin are refused. Up to 1,000 entries such as `"https://app.example.com"`. */
  allowedRedirectOrigins?: string[]
  /**
   * Lifetime of password-change tickets in seconds; 1 to 2,592,000. Always sent, because Auth0's
   * own default is five days.
   * @default 86400
   */
  passwordTicketTtlSeconds?: number
  /**
   * Refuse account connections that are not bound to a user: without `user` and `state`, and by
   * access token.
   * @default false
   */
  requireLinkState?: boolean
  /**
   * Whether revoking a session revokes its refresh tokens too, which otherwise keep issuing access
   * tokens. `"auto"`: yes where the granted scopes allow it, otherwise a warning is logged.
   * `true`: yes, and without the scope `delete:refresh_tokens` the call fails before anything is
   * changed. `false`: no.
   * @default "auto"
   */
  revokeRefreshTokens?: 'auto' | boolean
  /**
   * Whether `revokeAllUserSessions` sends `POST /api/v2/users/{id}/revoke-access` in place of two deletes. Auth0's
   * support documents that request as ending all sessions and refresh tokens; its API reference does not.
   * `"verified"`: once calls with `waitUntilGone` have seen it end a session, a refresh token with a session and one
   * without, in this process and tenant, which needs the scope `read:refresh_tokens`. `"always"` trusts the support
   * article.
   * @default "verified"
   */
  revokeAccess?: 'verified' | 'always' | 'never'
  /**
   * The deadline of one call in milliseconds, retries and waits included.
   * @default 30000
   */
  timeoutMs?: number
  /**
   * The time for one attempt of a request in milliseconds. Connecting takes half of it at most, and
   * never more than 5 seconds.
   * @default 10000
   */
  attemptTimeoutMs?: number
  /**
   * The most connections that the process has open to one origin, 1 to 1,024. All its services share
   * them, closed ones included until their last request ends. Over HTTP/1.1 each request in flight takes
   * one; over HTTP/2 a hundred requests share one. Requests wait for a connection within the deadline of
   * their call.
   * @default 64
   */
  maxConnections?: number
  /** How often a failed request is tried again. */
  retry?: RetryConfig
  /** Whom to trust. Verification itself cannot be turned off. */
  tls?: {
    /**
     * The certificate authorities to trust, one or more in PEM, in place of all others.
     * @default those of the system (`SSL_CERT_FILE`, `SSL_CERT_DIR`) and of `NODE_EXTRA_CA_CERTS`
     */
    ca?: string
  }
  /**
   * The HTTP proxy for every request, as a URL such as `"http://user:password@proxy.example.com:8080"`;
   * `false` for none.
   * @default `HTTPS_PROXY` and `NO_PROXY` of the environment, which a loopback domain ignores
   */
  proxy?: string | false
  /**
   * The least important lines that reach the logger.
   * @default "warn"
   */
  logLevel?: 'debug' | 'info' | 'warn' | 'error' | 'silent'
  /** Shares the access token and the rate budget with other processes through Redis. */
  sharedState?: SharedStateConfig
  /** Fills `country` and `city` of sessions from a MaxMind database file (`.mmdb`), read once. */
  geoip?: {
    /** Path of the file, absolute or from the working directory. */
    database: string
  }
}

/**
 * What one security action did. Published on the channel `archie:auth0-user-security:audit` of
 * `node:diagnostics_channel`, and logged at `info`.
 */
export interface AuditEvent {
  /** What was done, or tried. */
  action:
    | 'session.revoke'
    | 'session.revoke_all'
    | 'session.revoke_others'
    | 'account.link'
    | 'account.unlink'
    | 'password.ticket'
  /** As given in the options, without control characters, or null. */
  actor: string | null
  /** The tenant's domain. */
  tenant: string
  /**
   * Ids as the caller named them and as they were found: `email` and `userId`, `sessionId`, `provider`, `identityId`;
   * `keptSessionId` is the session that was really kept, or null if the given one was not the user's.
   */
  target: Record<string, string | null>
  /** `cancelled`: the caller aborted the call; what had begun by then was completed. */
  outcome: 'success' | 'failure' | 'cancelled'
  /** The `code` of the error, or null. */
  code: string | null
  /** What was done, what was not, and what nobody knows. Empty if nothing was to be changed. */
  effects: Effect[]
  /** How many sessions ended, where that is known. */
  sessionsEnded?: number
  /** How many refresh tokens ended, where that was seen. */
  refreshTokensEnded?: number
  /**
   * What became of the refresh tokens: `revoked` if Auth0 no longer showed them, `accepted` if it accepted the
   * revocation, `kept` if they stay valid: by a setting or for want of a scope.
   */
  refreshTokens?: 'revoked' | 'accepted' | 'kept' | 'unknown'
  /** How long the operation took, in whole milliseconds. */
  durationMs: number
  /** Sent to Auth0 as `X-Correlation-ID`, and shown in the tenant's log. */
  correlationId: string
  /** When the call ended: ISO 8601, in UTC. */
  at: string
}

/** How much a user's state calls for attention. */
export type RiskLevel = 'low' | 'medium' | 'high'

/** Where log lines go. `console`, winston, pino and a NestJS `Logger` all fit. */
export interface ILogger {
  /** For lines of the level `debug`; this version writes none. */
  debug?(message: string, details?: object): void
  /** Audit events, and that the shared state is used again. */
  info?(message: string, details?: object): void
  /** Used for `info` where that is missing. */
  log?(message: string, details?: object): void
  /** What is less safe or slower than it should be, such as refresh tokens that stay or a Redis that is down. */
  warn(message: string, details?: object): void
  /** For lines of the level `error`; this version writes none, because failures reject the call. */
  error(message: string, details?: object): void
}

/**
 * Safe control over the sessions of Auth0 users. Make one per process and tenant: it keeps the
 * access token and the connections.
 *
 * @example
 * const service = new Auth0UserSecurityService({
 *   domain: 'tenant.eu.auth0.com',
 *   clientId: process.env.AUTH0_CLIENT_ID!,
 *   clientSecret: process.env.AUTH0_CLIENT_SECRET!,
 * })
 * const sessions = await service.findUserSessions('auth0|63d17c6b8869daf88ed7dbb8')
 */
export declare class Auth0UserSecurityService {
  /**
   * Checks the configuration; sends nothing.
   * @param logger `console` unless given.
   * @example
   * const service = new Auth0UserSecurityService({ domain, clientId, clientSecret }, logger)
   * @throws {@link ConfigurationError} naming the field and how to mend it
   */
  constructor(config: Auth0Config, logger?: ILogger)

  /**
   * A service configured by `AUTH0_DOMAIN`, `AUTH0_CLIENT_ID`, `AUTH0_CLIENT_SECRET` and
   * `AUTH0_AUDIENCE`; `overrides` win over them.
   * @throws {@link ConfigurationError} naming the missing variable
   * @example
   * const service = Auth0UserSecurityService.fromEnv({ logLevel: 'info' })
   */
  static fromEnv(overrides?: Partial<Auth0Config>, logger?: ILogger): Auth0UserSecurityService

  /**
   * All live sessions of a user, most recently active first.
   *
   * Source: `GET /api/v2/users/{user_id}/sessions`, all pages. Scopes: `read:sessions`, and
   * `read:users` to find a user by email.
   *
   * Rejects with an {@link Auth0ApiError} for a user with more than 10,000 sessions, whom
   * {@link Auth0UserSecurityService.revokeAllUserSessions} can still sign out. Entries of the list without
   * a valid id are left out, with a warning to the logger.
   * @returns the live sessions
   * @throws {@link UserNotFoundError}, {@link AmbiguousUserError}, {@link Auth0ApiError}
   * @example
   * const sessions = await service.findUserSessions({ email: 'ada@example.com' }, { currentSessionId })
   * console.log(sessions[0]?.device, sessions[0]?.browser, sessions[0]?.current)
   */
  findUserSessions(user: UserRef, options?: FindSessionsOptions): Promise<UserSession[]>

  /**
   * Revokes one session, after checking that it belongs to the user, and its refresh tokens as
   * {@link Auth0Config.revokeRefreshTokens} says. Resolves once Auth0 accepted it, or, where the response does not prove
   * that, once Auth0 no longer lists the session.
   *
   * Scopes: `read:sessions`, `delete:sessions`, and `read:users` to find a user by email; for refresh tokens
   * `delete:refresh_tokens`.
   * @returns nothing when called with two ids, otherwise `true`
   * @throws {@link SessionNotFoundError} for absent sessions and for those of another user alike
   * @example
   * await service.revokeUserSession('auth0|63d17c6b8869daf88ed7dbb8', '375UIp_ID5mCTClIeBEHpXfGwq51tF_L')
   * const done = await service.revokeUserSession({ email: 'ada@example.com' }, { id: sessionId })
   */
  revokeUserSession(userId: string, sessionId: string, options?: RevokeOptions): Promise<void>
  revokeUserSession(
    user: IUser,
    session: UserSessionRevokeInput | string,
    options?: RevokeOptions,
  ): Promise<boolean>
  revokeUserSession(
    userId: string,
    session: UserSessionRevokeInput,
    options?: RevokeOptions,
  ): Promise<boolean>
  revokeUserSession(
    user: UserRef,
    session: UserSessionRevokeInput | string,
    options?: RevokeOptions,
  ): Promise<boolean | void>

  /**
   * Revokes all sessions of a user, and all refresh tokens as
   * {@link Auth0Config.revokeRefreshTokens} says. Until a session is gone it can mint a refresh token, which only a call
   * with `waitUntilGone` revokes too.
   *
   * Scopes: `delete:sessions`, and `read:users` to find a user by email; for refresh tokens
   * `delete:refresh_tokens`, and with `waitUntilGone` `read:sessions`.
   * @returns nothing when called with an id, otherwise `true`
   * @throws {@link UserNotFoundError}, {@link AmbiguousUserError}, {@link Auth0ApiError}
   * @example
   * await service.revokeAllUserSessions({ sub: user.sub }, { waitUntilGone: true, timeoutMs: 10_000 })
   */
  revokeAllUserSessions(userId: string, options?: RevokeOptions): Promise<void>
  revokeAllUserSessions(user: IUser, options?: RevokeOptions): Promise<boolean>

  /**
   * Revokes every live session of a user but one ("sign out everywhere else").
   *
   * All are tried; if one fails, the call rejects with that failure after the others, whose number is in its `effects`.
   * Without {@link RevokeOthersOptions.requireCurrent} an id that is not the user's session ends all of them. Sessions that
   * this machine's clock takes for expired are ended and not counted.
   *
   * Scopes: `read:sessions`, `delete:sessions`, and `read:users` to find a user by email; for refresh tokens
   * `delete:refresh_tokens`.
   * @param currentSessionId the session to keep: the `sid` claim of the caller's ID token
   * @returns the number of sessions revoked
   * @example
   * const count = await service.revokeOtherUserSessions({ sub: claims.sub }, claims.sid)
   */
  revokeOtherUserSessions(
    user: UserRef,
    currentSessionId: string,
    options?: RevokeOthersOptions,
  ): Promise<number>

  /**
   * All identities with which a user can sign in, the primary one first.
   *
   * Scope: `read:users`. Tokens of identity providers never leave the native core.
   * @returns the sign-in methods
   * @throws {@link UserNotFoundError}, {@link AmbiguousUserError}, {@link Auth0ApiError}
   * @example
   * const methods = await service.findUserAuthenticationMethods('auth0|63d17c6b8869daf88ed7dbb8')
   * console.log(methods.map((method) => `${method.provider}: ${method.username}`))
   */
  findUserAuthenticationMethods(
    user: UserRef,
    options?: CallOptions,
  ): Promise<UserAuthenticationMethod[]>

  /**
   * A URL on which a person signs in to the account to be connected. Sends nothing; the state in
   * it is sealed, lives 10 minutes and needs no storage.
   *
   * `(provider, redirectUrl)` returns a ticket at once; the redirect URL has at most 2,048 characters. `(userId, provider)` promises the URL
   * alone, bound to the user, back to {@link Auth0Config.redirectUri}.
   *
   * Scopes: none.
   * @returns a ticket, synchronously; with `(user, provider)` a promise of the URL, back to `redirectUri`
   * @throws {@link ConfigurationError} without `redirectUri`, in the second form
   * @throws {@link AccountLinkingError} `state_required` under `requireLinkState` without a user
   * @example
   * const ticket = service.generateAccountConnectionUrl('github', 'https://app.example.com/callback', { user })
   * response.redirect(ticket.redirect)
   */
  generateAccountConnectionUrl(
    provider: `${UserAuthenticationMethodProvider}`,
    redirectUrl: string,
    options?: ConnectionUrlOptions,
  ): UserAccountConnectionTicket
  generateAccountConnectionUrl(
    user: UserRef,
    provider: `${UserAuthenticationMethodProvider}`,
    options?: Omit<ConnectionUrlOptions, 'user'>,
  ): Promise<string>
  generateAccountConnectionUrl(
    provider: ProviderName,
    redirectUrl: `${string}:${string}`,
    options?: ConnectionUrlOptions,
  ): UserAccountConnectionTicket

  /**
   * Connects the account that a person just signed in to.
   *
   * By code: the authorization code is exchanged once, the ID token verified in full. Its state is used
   * up just before the code is sent, and released if the code was certainly not processed: after a
   * `RateLimitError` whose `endpoint` is `/oauth/token` the same call can be made again. The tenant's
   * signing keys are fetched before that. By token: an access token of this tenant with the scope
   * `openid`, whose owner must belong to the provider.
   * Whoever holds such a token passes for its owner, and nothing shows which application it was
   * made for: prefer the code.
   * An account that is connected to this user already is a success.
   *
   * Scopes: `read:users`, `update:users`.
   * @returns the methods after connecting; `(user, provider, accessToken)` does the same
   * @throws {@link AccountLinkingError} with a {@link LinkingReason}
   * @example
   * const methods = await service.connectSecondaryAccount(user, 'https://app.example.com/callback', query.code, {
   *   state: query.state,
   * })
   */
  connectSecondaryAccount(
    user: UserRef,
    provider: `${UserAuthenticationMethodProvider}`,
    accessToken: string,
    options?: ConnectOptions & { state?: never },
  ): Promise<UserAuthenticationMethod[]>
  connectSecondaryAccount(
    user: UserRef,
    redirectUri: string,
    authorizationCode: string,
    options?: ConnectOptions,
  ): Promise<UserAuthenticationMethod[]>

  /**
   * Disconnects an account. Auth0 makes an account of its own of it again, without metadata.
   *
   * Scopes: `read:users`, `update:users`.
   * @returns the methods that remain; `(user, { id, provider })` does the same
   * @throws {@link AccountLinkingError} `primary_identity`, `last_method`, `not_linked`, `refused`
   * @example
   * const left = await service.disconnectSecondaryAccount(user, { id: '1024025', provider: 'github' })
   */
  disconnectSecondaryAccount(
    user: UserRef,
    method: UserAuthenticationMethodDisconnectInput,
    options?: ActionOptions,
  ): Promise<UserAuthenticationMethod[]>
  disconnectSecondaryAccount(
    user: UserRef,
    provider: ProviderName,
    secondaryUserId: string,
    options?: ActionOptions,
  ): Promise<UserAuthenticationMethod[]>

  /**
   * A one-time link to set a new password. Whoever holds it can use it: send it to the user's own
   * email only. No email is sent by Auth0.
   *
   * Scopes: `read:users`, `create:user_tickets`.
   * @param redirectUrl where the user goes afterwards (with Classic Login); at most 2,048 characters
   * @returns the URL when called with an id, otherwise `{ redirect, expiresAt }`
   * @throws {@link Auth0ApiError} `errorCode: "operation_not_supported"` for a user without a password
   * @throws {@link Auth0ApiError} when the link is not an `https://` URL on the tenant's domain or its custom domain;
   * a ticket may exist then
   * @example
   * const { redirect, expiresAt } = await service.generatePasswordChangeTicket({ email: 'ada@example.com' })
   */
  generatePasswordChangeTicket(
    userId: string,
    redirectUrl?: string,
    options?: PasswordTicketOptions,
  ): Promise<string>
  generatePasswordChangeTicket(userId: string, options?: PasswordTicketOptions): Promise<string>
  generatePasswordChangeTicket(
    user: IUser,
    redirectUrl?: string,
    options?: PasswordTicketOptions,
  ): Promise<UserAccountChangePasswordTicket>
  generatePasswordChangeTicket(
    user: IUser,
    options?: PasswordTicketOptions,
  ): Promise<UserAccountChangePasswordTicket>

  /**
   * Sessions, sign-in methods and their summary: three requests at most, and one more for each 50
   * further sessions.
   *
   * Scopes: `read:users`, `read:sessions`.
   * @returns sessions, methods and a summary
   * @throws {@link UserNotFoundError}, {@link AmbiguousUserError}, {@link Auth0ApiError}
   * @example
   * const { summary, sessions } = await service.getUserSecurityDashboard({ email: 'ada@example.com' })
   */
  getUserSecurityDashboard(
    user: UserRef,
    options?: FindSessionsOptions,
  ): Promise<UserSecurityDashboard>

  /**
   * A rough risk level: many sessions, no password and many methods add up. Sends nothing.
   *
   * Scopes: none.
   * @param sessions of one user, at most 10,000; they are only counted
   * @param methods of one user, at most 1,000
   * @param policy decides instead, if given
   * @returns `"low"`, `"medium"` or `"high"`, synchronously
   * @example
   * const { sessions, methods } = await service.getUserSecurityDashboard(user)
   * if (service.assessRisk(sessions, methods) === 'high') await service.revokeAllUserSessions(user)
   */
  assessRisk(
    sessions: UserSession[],
    methods: UserAuthenticationMethod[],
    policy?: (sessions: UserSession[], methods: UserAuthenticationMethod[]) => RiskLevel,
  ): RiskLevel

  /**
   * Looks at credentials, audience, the scopes that each method needs, session management and the
   * custom domain, and says how to fix what is not right. A good finding with a `hint` names an optional scope that is
   * not granted. Changes nothing.
   *
   * Scopes: none; it reports those that are missing, method by method.
   * @returns what is misconfigured, and how to fix it
   * @example
   * const { ok, findings } = await service.checkConfiguration()
   * for (const finding of findings) if (!finding.ok) console.error(finding.message, finding.hint)
   */
  checkConfiguration(options?: CallOptions): Promise<ConfigurationReport>

  /**
   * Ends pooled connections; a later call opens new ones. A service that is never closed does not keep the process
   * alive.
   *
   * Scopes: none.
   * @returns nothing, once the connections have ended
   * @example
   * process.once('SIGTERM', () => service.close())
   */
  close(): Promise<void>
}

/** Details that an error is made with. */
export interface ErrorDetails {
  /**
   * A code of another class makes the error one that `isInstance` does not recognise after a clone.
   * @default the code of the class
   */
  code?: string
  /** The method that failed. */
  operation?: string
  /** The failure underneath. */
  cause?: unknown
  /** Fields of the class, such as `userIds`. */
  [field: string]: unknown
}

/** What every error of this library is. No message, field or JSON holds a secret. */
export declare class Auth0UserSecurityError extends Error {
  /** For the library itself, and for tests of your error handling. */
  constructor(message: string, details?: ErrorDetails)
  /** A stable code, such as `"ERR_USER_NOT_FOUND"`. */
  readonly code: string
  /** The method that failed, such as `"findUserSessions"`. */
  readonly operation?: string
  /**
   * What the operation had changed when it failed. Only there if something was changed, or may have been: without it,
   * nothing was.
   */
  readonly effects?: readonly Effect[]
  /** Name, message, code and fields; no stack, no cause. */
  toJSON(): Record<string, unknown>
  /**
   * Like `instanceof`, and true also for errors of another copy of this package, for errors that
   * were cloned between threads, and for the objects that `toJSON()` makes: those are recognised by
   * class and code together. A foreign error with the same name, such as a `DOMException` named
   * `"TimeoutError"`, is none. Never throws.
   */
  static isInstance<T extends typeof Auth0UserSecurityError>(
    this: T,
    value: unknown,
  ): value is InstanceType<T>
}

/**
 * A setting is wrong, or Auth0 refuses the credentials, the audience or the grant. Code `ERR_CONFIGURATION`.
 * A refused credential is tried again after a second, doubling to thirty; until then all calls in the
 * process get the same error at once.
 */
export declare class ConfigurationError extends Auth0UserSecurityError {
  /** The setting at fault, such as `"domain"` or `"retry.maxAttempts"`. */
  readonly field?: string
  /** How to mend it. */
  readonly hint: string
}

/** No user has this id or email. Code `ERR_USER_NOT_FOUND`. */
export declare class UserNotFoundError extends Auth0UserSecurityError {
  /** What is wrong with the id or email, where that shows: an email without an @, for example. */
  readonly hint?: string
}

/** Several accounts share the email. Code `ERR_AMBIGUOUS_USER`. */
export declare class AmbiguousUserError extends Auth0UserSecurityError {
  /** The Auth0 user ids of all of them, sorted. */
  readonly userIds: string[]
}

/** The session does not exist or belongs to another user; the two look the same. Code `ERR_SESSION_NOT_FOUND`. */
export declare class SessionNotFoundError extends Auth0UserSecurityError {}

/** An account was not connected or disconnected. Code `ERR_ACCOUNT_LINKING`. */
export declare class AccountLinkingError extends Auth0UserSecurityError {
  /** Which rule stood in the way; a closed list. */
  readonly reason: LinkingReason
}

/** A call to Auth0 failed. Code `ERR_AUTH0_API`. */
export declare class Auth0ApiError extends Auth0UserSecurityError {
  /**
   * The HTTP status; 0 when no answer came. With `attempts: 0` the status that Auth0 would have
   * answered, found out without a request.
   */
  readonly statusCode: number
  /** Auth0's own code, such as `"invalid_body"`, where it sent one. */
  readonly errorCode?: string
  /** The HTTP method. */
  readonly method: string
  /** The path template without ids, such as `"/api/v2/sessions/{id}"`. */
  readonly endpoint: string
  /** Requests that were sent. */
  readonly attempts: number
  /**
   * When it can be called again, in milliseconds: what Auth0 said, or what its rate limit shows; at least
   * 1,000 where that is the reason.
   */
  readonly retryAfterMs?: number
}

/** The access token lacks a scope. Code `ERR_INSUFFICIENT_SCOPE`. */
export declare class InsufficientScopeError extends Auth0ApiError {
  /** The scopes that the endpoint needs. */
  readonly requiredScopes: string[]
}

/** The tenant's plan or settings do not offer the feature. Code `ERR_FEATURE_UNAVAILABLE`. */
export declare class FeatureUnavailableError extends Auth0ApiError {}

/** Auth0's rate limit does not allow the call before its deadline. Code `ERR_RATE_LIMIT`. */
export declare class RateLimitError extends Auth0ApiError {}

/** Auth0 could not be reached, or broke the connection. Code `ERR_NETWORK`. */
export declare class NetworkError extends Auth0ApiError {}

/** The deadline of the call came first. Code `ERR_TIMEOUT`. */
export declare class TimeoutError extends Auth0ApiError {}

