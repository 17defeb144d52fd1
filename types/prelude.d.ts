/**
 * Manages the sessions, sign-in methods, account connections and passwords of Auth0 users.
 * {@link Auth0UserSecurityService} has every method.
 * @module @archie/auth0-user-security
 */

/**
 * A user: at least one of `sub`, `id`, `user_id` (all three are the Auth0 user id) or `email`.
 * An id takes precedence over an email. Conflicting ids are rejected. Only own properties are read: inherited
 * properties and the getters of a class are ignored.
 */
export interface IUser {
  /** The Auth0 user id, such as `"auth0|63d17c6b8869daf88ed7dbb8"`. */
  id?: string | undefined
  /** The same id, as in the `sub` claim of an ID token. */
  sub?: string | undefined
  /** The same id, as in Auth0's Management API. */
  user_id?: string | undefined
  /**
   * Finds accounts by their own email, or by the verified email of a connected account.
   * {@link Auth0Config.emailLookup} controls case sensitivity. Several matches cause an {@link AmbiguousUserError};
   * a malformed email causes a {@link UserNotFoundError} without a request.
   */
  email?: string | undefined
  /**
   * With `email`: limits the lookup to accounts with an identity from this connection. A password ticket is for the password
   * there, and a verification for the email there; without one, the call is refused. Otherwise it is not considered.
   */
  connection?: string | undefined
}

/**
 * A bare string is always an Auth0 user id, sent unchanged; to look up by email, pass `{ email }`. Declare a variable
 * that is always an object as {@link IUser}: linters mistake the key `sub` of an object that is declared as a `UserRef`
 * for the deprecated `String.prototype.sub`. Finding a user by email takes one more request than a method states.
 */
export type UserRef = string | IUser

/** The session to revoke. A {@link UserSession} can be passed as is. */
export interface UserSessionRevokeInput {
  /** The id of the session. */
  id: string
}

/** Options that every method accepts as its last argument. */
export interface CallOptions {
  /**
   * Cancels the call, which rejects immediately with `signal.reason`. A change that has already begun is still
   * completed within the deadline; its audit event reports what was done.
   */
  signal?: AbortSignal | undefined
  /**
   * The deadline of this call in milliseconds, retries and waits included; 1 to 86,400,000.
   * @default Auth0Config.timeoutMs
   */
  timeoutMs?: number | undefined
  /**
   * Which requests are sent first when the tenant's rate limit delays them. `"bulk"` requests are sent only when no
   * interactive request is waiting, and leave a tenth of the limit to interactive requests (half of it until the
   * refill rate has been measured). Bulk requests age: after two seconds without a bulk request, one is sent even if
   * interactive requests are waiting; a change that takes several requests waits two seconds for each of them, but
   * ten at most. No interactive call is overtaken twice, so this delays it at most by the time that the limit takes to
   * refill for one bulk call: at 16 requests a second, 63 ms for each request. Regardless of priority, a change that has
   * begun is completed before other work continues.
   * @default "interactive"
   */
  priority?: 'interactive' | 'bulk' | undefined
}

/** Options of {@link Auth0UserSecurityService.findUserSessions}. */
export interface FindSessionsOptions extends CallOptions {
  /** The `sid` claim of the caller's ID token: the session with this id gets `current: true`. */
  currentSessionId?: string | undefined
}

/** Options of {@link Auth0UserSecurityService.getUserSecurityDashboard}. */
export interface DashboardOptions extends FindSessionsOptions {
  /**
   * On a plan without session management, resolve with the rest: a {@link PartialUserSecurityDashboard} without
   * sessions. Without this option the call rejects with a {@link FeatureUnavailableError}.
   * @default false
   */
  allowPartial?: boolean | undefined
}

/** A dashboard with everything, as distinct from a {@link PartialUserSecurityDashboard}. */
export interface CompleteUserSecurityDashboard extends UserSecurityDashboard {
  /** Nothing is missing. */
  unavailable?: undefined
}

/** A dashboard from a tenant whose plan has no session management. */
export interface PartialUserSecurityDashboard
  extends Omit<UserSecurityDashboard, 'sessions' | 'summary'> {
  /** Unknown, which is not the same as none. */
  sessions: null
  /** A summary in numbers. */
  summary: Omit<UserSecuritySummary, 'totalSessions'> & {
    /** Unknown, which is not the same as 0. */
    totalSessions: null
  }
  /** What is missing, and why. */
  unavailable: {
    /** Why there are no sessions: `ERR_FEATURE_UNAVAILABLE`. */
    sessions: UnavailablePart
  }
}

/** Options of the methods that change something. */
export interface ActionOptions extends CallOptions {
  /** Who asked for the change, for the audit event: an id of your choice, at most 512 characters. */
  actor?: string | undefined
}

/** Options of the methods that revoke sessions. */
export interface RevokeOptions extends ActionOptions {
  /**
   * Wait, within the deadline, until Auth0 no longer shows what was revoked. Auth0 accepts a revocation immediately and
   * completes it later. The sessions to wait for are listed before anything is revoked, so a new sign-in in the
   * meantime does not prolong the wait. When all of a user's sessions are revoked, the refresh tokens are revoked once
   * more after the sessions are gone, because until then a session can issue another one. Without this option, a call
   * only guarantees that Auth0 accepted the revocation.
   * @default false
   */
  waitUntilGone?: boolean | undefined
}

/** Options of {@link Auth0UserSecurityService.revokeOtherUserSessions}. */
export interface RevokeOthersOptions extends RevokeOptions {
  /**
   * Reject with a {@link SessionNotFoundError}, before any change, unless the session to keep exists and belongs to the
   * user. Without this option, if the id is stale, all sessions end.
   * @default false
   */
  requireCurrent?: boolean | undefined
}

/** The outcome of one step of an operation that changes something. */
export interface Effect {
  /**
   * `session`, `factor` and `application` count what is ended one by one: sessions, factors, and refresh tokens of an
   * application. `sessions` means all sessions of a user, `userBlocks` Auth0's blocks after wrong passwords.
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
    | 'unblock'
    | 'userBlocks'
    | 'rememberedBrowsers'
    | 'verificationEmail'
  /**
   * `unknown`: a request was sent, but its response was lost, could not be read or did not come from Auth0; or Auth0
   * still showed what was revoked when the deadline of `waitUntilGone` passed.
   */
  state: 'done' | 'notDone' | 'unknown'
  /** How many items the step concerned, if known. */
  count?: number
}

/** The most common providers. Other providers are accepted under their Auth0 names, and passed through unchanged. */
export declare enum UserAuthenticationMethodProvider {
  /** Google, for personal and Workspace accounts. */
  GOOGLE = 'google-oauth2',
  /** GitHub. */
  GITHUB = 'github',
  /** Personal Microsoft accounts. */
  MICROSOFT = 'windowslive',
  /** Sign in with Apple. */
  APPLE = 'apple',
  /** Auth0 database connections; Auth0's own name for their provider is `auth0`. */
  EMAIL_PASSWORD = 'email-password',
}

/** A provider: a member of the enum, its value, or another Auth0 name. */
export type ProviderName = UserAuthenticationMethodProvider | (string & {})

/** The identity to disconnect. A {@link UserAuthenticationMethod} can be passed as is. */
export interface UserAuthenticationMethodDisconnectInput {
  /** The identity's own id, with or without the provider prefix. */
  id: string
  /** The provider of the identity. */
  provider: ProviderName
}

/** Options of {@link Auth0UserSecurityService.generateAccountConnectionUrl}. */
export interface ConnectionUrlOptions<User extends UserRef = UserRef> extends CallOptions {
  /**
   * Binds the ticket to this user and adds PKCE. `connectSecondaryAccount` then requires the state and the same user,
   * identified in the same way.
   */
  user?: User | undefined
  /**
   * The connection that the person signs in with, if the provider has several.
   * @default the provider's own connection, or Auth0Config.databaseConnection
   */
  connection?: string | undefined
  /**
   * Scopes of the login, separated by spaces; at most 2,048 characters.
   * @default "openid profile email"
   */
  scope?: string | undefined
  /**
   * The `prompt` of the login: `"login"` makes the person sign in even if there is a session.
   * @default "login"
   */
  prompt?: string | undefined
  /**
   * Further parameters of `/authorize`: at most 100, each of at most 2,048 characters; the complete URL may have
   * 8,000. Parameters that the ticket protects are rejected.
   */
  authorizationParams?: Record<string, string> | undefined
}

/** Options of {@link Auth0UserSecurityService.connectSecondaryAccount}. */
export interface ConnectOptions extends ActionOptions {
  /**
   * The `state` returned to the redirect URL. If the property is present, it must have a value: to accept `undefined`
   * would be to accept a callback without a state. A state is valid for one code, in this process or, with
   * {@link Auth0Config.sharedState}, in all processes that share it.
   */
  state?: string
  /**
   * Connect even if the email of the other account is not verified. An attacker can register an
   * account with a victim's email and wait for the victim to use it.
   * @default false
   */
  allowUnverifiedEmail?: boolean | undefined
}

/** Options of {@link Auth0UserSecurityService.generatePasswordChangeTicket}. */
export interface PasswordTicketOptions extends ActionOptions {
  /**
   * Lifetime of the ticket in seconds; 1 to 2,592,000.
   * @default Auth0Config.passwordTicketTtlSeconds
   */
  ttlSeconds?: number | undefined
  /** The application whose login page is shown afterwards. Cannot be combined with a redirect URL. */
  clientId?: string | undefined
  /** The organization whose login page is shown afterwards. Cannot be combined with a redirect URL. */
  organizationId?: string | undefined
  /**
   * Whether to add the user's email to the redirect URL as a parameter.
   * @default false
   */
  includeEmailInRedirect?: boolean | undefined
  /**
   * Whether using the ticket marks the user's email as verified.
   * @default false
   */
  markEmailAsVerified?: boolean | undefined
  /**
   * Whether to create a ticket for a blocked user. Auth0 lifts the block when the password is reset, even if an attacker
   * uses the ticket. Without this option the call rejects with an {@link AccountProtectionError}, `user_blocked`.
   * @default false
   */
  allowBlocked?: boolean | undefined
}

/** The methods that need scopes. */
export type CheckedMethod = Exclude<
  keyof Auth0UserSecurityService,
  | 'generateAccountConnectionUrl'
  | 'assessRisk'
  | 'explainRisk'
  | 'checkConfiguration'
  | 'close'
  | typeof Symbol.asyncDispose
>

/** Options of {@link Auth0UserSecurityService.checkConfiguration}. */
export interface CheckOptions extends CallOptions {
  /**
   * The methods that your application calls: scopes and plans of others are not checked.
   * @default every method
   */
  methods?: readonly CheckedMethod[] | undefined
}

/** The factor to remove. A {@link UserFactor} can be passed as is. */
export interface UserFactorInput {
  /** The id of the factor. */
  id: string
}

/** Options of {@link Auth0UserSecurityService.removeUserFactor} and `removeAllUserFactors`. */
export interface RemoveFactorOptions extends ActionOptions {
  /**
   * Whether the user may be left without a confirmed factor besides the password and the recovery code. Without this option
   * the call rejects with an {@link AccountProtectionError}, `last_factor`, before any change.
   * @default false
   */
  allowLast?: boolean | undefined
}

/** Options of {@link Auth0UserSecurityService.findUserApplications}. */
export interface FindApplicationsOptions extends CallOptions {
  /**
   * Whether to return the ids of the refresh tokens, which are not the tokens themselves.
   * @default false
   */
  includeTokenIds?: boolean | undefined
}

/** The application to revoke. A {@link UserApplication} can be passed as is. */
export interface UserApplicationInput {
  /** The id of the application. */
  clientId: string
}

/** Options of {@link Auth0UserSecurityService.revokeUserApplication}. */
export interface RevokeApplicationOptions extends ActionOptions {
  /**
   * Wait, within the deadline, until Auth0 no longer lists the revoked tokens.
   * @default false
   */
  waitUntilGone?: boolean | undefined
}

/** Options of {@link Auth0UserSecurityService.limitUserSessions}. */
export interface LimitSessionsOptions extends ActionOptions {
  /** How many sessions the user may have; 1 to 10,000. */
  max: number
  /**
   * The ids of sessions that are never ended: at most `max`, together with `currentSessionId`. Ids that are not the user's
   * are ignored.
   */
  keep?: readonly string[] | undefined
  /**
   * The `sid` claim of the caller's ID token: this session is never ended. If the key is present, it must have a value:
   * otherwise the caller's own session might be the one that ends.
   */
  currentSessionId?: string
  /**
   * Reject with a {@link SessionNotFoundError}, before any change, unless `currentSessionId` is a session of the user.
   * @default false
   */
  requireCurrent?: boolean | undefined
}

/** Options of {@link Auth0UserSecurityService.endUserAccess}. */
export interface EndAccessOptions extends ActionOptions {
  /**
   * What to end. Auth0 couples some of it: refresh tokens are device credentials, too, and without a grant the refresh
   * tokens of its application end. On a plan without session management, `"deviceCredentials"` is how to end refresh tokens.
   */
  include: readonly ('block' | 'sessions' | 'refreshTokens' | 'grants' | 'deviceCredentials')[]
}

/** Options of {@link Auth0UserSecurityService.sendVerificationEmail}. */
export interface VerificationEmailOptions extends ActionOptions {
  /** The application whose branding the email uses. */
  clientId?: string | undefined
  /** The organization whose branding the email uses. */
  organizationId?: string | undefined
}

/** Options of {@link Auth0UserSecurityService.generateEmailVerificationTicket}. */
export interface EmailTicketOptions extends VerificationEmailOptions {
  /** Where the user goes afterwards. Cannot be combined with an application or an organization. */
  redirectUrl?: string | undefined
  /**
   * Lifetime of the ticket in seconds; 1 to 2,592,000.
   * @default 86400
   */
  ttlSeconds?: number | undefined
}

/** Why Auth0 could not be reached, or why the connection broke. */
export type NetworkReason =
  /** The host name could not be resolved. */
  | 'dns'
  /** The connection was refused. */
  | 'refused'
  /** The connection was reset. */
  | 'reset'
  /** The connection was not established in time, or stopped responding. */
  | 'timeout'
  /** The TLS handshake failed, for example because of the certificate. */
  | 'tls'
  /** The proxy could not be reached, or refused to connect. */
  | 'proxy'
  /** The connection was closed before the response was complete. */
  | 'closed'

/** Why a call that concerns the protection of an account was refused. */
export type ProtectionReason =
  /** The factor does not exist or belongs to another user; the error does not say which. */
  | 'factor_not_found'
  /** No confirmed factor besides the password and the recovery code would remain, and `allowLast` is not set. */
  | 'last_factor'
  /** The application holds no refresh token of the user. */
  | 'application_not_found'
  /** The user is blocked, a password reset would lift the block, and `allowBlocked` is not set. */
  | 'user_blocked'
  /** The user has no email that could be verified. */
  | 'no_email'

/** Why an account was not connected or disconnected. */
export type LinkingReason =
  /** `requireLinkState` is set and no state bound to a user was passed. */
  | 'state_required'
  /** The state was not made for this user and redirect URL, or was modified. */
  | 'state_invalid'
  /** The state is older than 10 minutes, or than {@link Auth0Config.linkStateTtlSeconds}. */
  | 'state_expired'
  /** The state was already used: it is valid for one code. */
  | 'state_used'
  /** Auth0 rejected the authorization code. */
  | 'code_rejected'
  /** Auth0 rejected the access token. */
  | 'token_rejected'
  /** The ID token is forged, expired or not meant for this flow. */
  | 'id_token_invalid'
  /** The person signed in to the same account again. */
  | 'same_user'
  /** The person signed in with a different provider than the one requested. */
  | 'provider_mismatch'
  /** The email of the other account is not verified. */
  | 'unverified_email'
  /** The account to connect to is blocked. */
  | 'primary_blocked'
  /** The account that the person signed in to no longer exists. */
  | 'secondary_not_found'
  /** The account that the person signed in to is blocked. */
  | 'secondary_blocked'
  /** The other account has connected accounts of its own. */
  | 'secondary_has_identities'
  /** The other account is connected to another user. */
  | 'linked_elsewhere'
  /** Auth0 refused without a specific reason. */
  | 'refused'
  /** No such account is connected to the user. */
  | 'not_linked'
  /** The identity is the account's primary one. */
  | 'primary_identity'
  /** The identity is the user's only sign-in method. */
  | 'last_method'

/** How failed requests are retried. */
export interface RetryConfig {
  /**
   * Attempts per request, including the first; 1 to 20. A request that a closing HTTP/2 server reports as unprocessed is
   * sent again without using up an attempt, up to eight times.
   * @default 3
   */
  maxAttempts?: number | undefined
  /**
   * The maximum backoff before a retry, in milliseconds. A delay that Auth0 asks for may be longer.
   * @default 10000
   */
  maxDelayMs?: number | undefined
}

/**
 * State that processes share through Redis. No call fails because Redis is down, slow or rejects commands: each process
 * falls back to its own state, where possible without delay, and one warning is logged.
 */
export interface SharedStateConfig {
  /**
   * `redis://` or `rediss://` (TLS, with the system's root certificates), with user, password and
   * a database number if needed: `"rediss://user:password@redis.example.com:6380/0"`.
   */
  redisUrl: string
  /**
   * The prefix of all keys; up to 100 printable ASCII characters without spaces.
   * @default "auth0-user-security"
   */
  prefix?: string | undefined
}

/**
 * How an application authenticates with a private key. Each token request carries its own assertion, valid for two
 * minutes, so this machine's clock may be off by a minute.
 */
export interface ClientAssertion {
  /**
   * The private key as PEM text: RSA of 2048, 3072 or 4096 bits in PKCS#8 or PKCS#1, or an EC key on curve P-256 in
   * PKCS#8. Must not be encrypted. Read by the constructor.
   */
  privateKey: string
  /** The id of the public key at Auth0: 1 to 256 printable ASCII characters. Omitted by default. */
  keyId?: string | undefined
  /**
   * The algorithm registered with the public key.
   * @default "RS256" for an RSA key, "ES256" for an EC key
   */
  algorithm?: 'RS256' | 'RS384' | 'PS256' | 'ES256' | undefined
}

/** An access token, or a function that returns the current one. */
export type AccessToken = string | ((request: AccessTokenRequest) => string | Promise<string>)

/** What the function in `accessToken` receives. */
export interface AccessTokenRequest {
  /** True if Auth0 has rejected the last token that was returned: return a different one. */
  rejected: boolean
}

/** The configuration of a service that uses access tokens of your own, and so needs no client id. */
export interface AccessTokenConfig
  extends Omit<Auth0Config, 'accessToken' | 'clientAssertion' | 'clientId' | 'clientSecret'> {
  /** An access token for the Management API, or a function that returns one: see {@link Auth0Config.accessToken}. */
  accessToken: AccessToken
  /** Not used. */
  clientId?: string | undefined
  /** Cannot be combined with `accessToken`. */
  clientSecret?: undefined
  /** Cannot be combined with `accessToken`. */
  clientAssertion?: undefined
}

/**
 * The configuration of a service. The constructor throws a {@link ConfigurationError} if it is invalid.
 *
 * Strings must not contain line breaks, nor begin or end with spaces or quotes, as values copied from files often do;
 * only PEM keys and certificates may. The maximum length is 4,096 characters; for a private key 65,536, for an access
 * token 16,384, and for `tls.ca` 2,097,152.
 */
export interface Auth0Config {
  /** The tenant's bare host name, such as `"tenant.eu.auth0.com"`. For tests: a loopback host, with `http://` and a port. */
  domain: string
  /** Client id of a Machine to Machine application. */
  clientId: string
  /** Its client secret. Exactly one of this, `clientAssertion` and `accessToken` is required. */
  clientSecret?: string | undefined
  /** Its private key in place of a client secret (`private_key_jwt`). */
  clientAssertion?: ClientAssertion | undefined
  /**
   * In place of a client secret or a private key: an access token for the Management API, or a function that returns one.
   * The function is called when a token is needed, once for all calls that wait for it; the time it takes counts against
   * their deadlines. A JWT with `exp` is used until a minute before it expires, any other token for a minute. If the
   * function throws, calls reject with a {@link ConfigurationError} whose `cause` is what it threw. Linking then requires
   * `application`.
   */
  accessToken?: AccessToken | undefined
  /**
   * Identifier of the Management API.
   * @default `https://{domain}/api/v2/`
   */
  audience?: string | undefined
  /**
   * For tests and development: `domain` and `customDomain` may have any name and a port, and may use `http://`, such as
   * `"http://auth0:4000"` for a container. A call fails unless every address of the host is loopback or private. Each
   * service logs a warning, and with `NODE_ENV=production` the setting is refused.
   * @default false
   */
  insecureTestTenant?: boolean | undefined
  /** Custom domain of the login pages, ticket links and ID tokens, such as `"login.example.com"`. */
  customDomain?: string | undefined
  /**
   * The web application through which people sign in when they connect accounts.
   * @default the credentials above; none with `accessToken`
   */
  application?: {
    /** Client id of the web application. */
    clientId: string
    /** Its client secret. Exactly one of this and `clientAssertion` is required. */
    clientSecret?: string | undefined
    /** Its private key in place of a client secret. */
    clientAssertion?: ClientAssertion | undefined
  } | undefined
  /**
   * The connection that the provider `email-password` refers to.
   * @default "Username-Password-Authentication"
   */
  databaseConnection?: string | undefined
  /**
   * Which accounts an email matches. `"exact"`: those whose email is stored in lower case, as for all database
   * users, or exactly as given. `"any-case"`: also those stored in any other case, found through Auth0's user search,
   * which lags by a few seconds. Only ASCII letters are case-folded.
   * @default "exact"
   */
  emailLookup?: 'exact' | 'any-case' | undefined
  /** Where `generateAccountConnectionUrl(userId, provider)` sends people back to; at most 2,048 characters. */
  redirectUri?: string | undefined
  /** If set, redirect URLs of any other origin are rejected. Up to 1,000 entries such as `"https://app.example.com"`. */
  allowedRedirectOrigins?: string[] | undefined
  /**
   * Lifetime of password-change tickets in seconds; 1 to 2,592,000. Always sent, because Auth0's
   * own default is five days.
   * @default 86400
   */
  passwordTicketTtlSeconds?: number | undefined
  /**
   * Reject account connections that are not bound to a user: those without `user` and `state`, and those made with an
   * access token.
   * @default false
   */
  requireLinkState?: boolean | undefined
  /**
   * How long the `state` of an account connection is valid, in seconds; 1 to 600. The same in all processes that serve one flow. A short
   * one lets tests see a state expire.
   * @default 600
   */
  linkStateTtlSeconds?: number | undefined
  /**
   * Whether revoking a session also revokes its refresh tokens, which otherwise keep issuing access
   * tokens. `"auto"`: yes if the granted scopes allow it; otherwise a warning is logged.
   * `true`: yes, and without the scope `delete:refresh_tokens` the call fails before anything is
   * changed. `false`: no.
   * @default "auto"
   */
  revokeRefreshTokens?: 'auto' | boolean | undefined
  /**
   * Whether `revokeAllUserSessions` sends `POST /api/v2/users/{id}/revoke-access` in place of two deletes. According to
   * an Auth0 support article, that request ends all sessions and refresh tokens; the API reference does not say so.
   * `"verified"`: only after calls with `waitUntilGone` have seen it end, in this process and tenant, a session, a
   * refresh token with a session and one without; seeing this requires the scope `read:refresh_tokens`. `"always"`
   * trusts the support article.
   * @default "verified"
   */
  revokeAccess?: 'verified' | 'always' | 'never' | undefined
  /**
   * The deadline of one call in milliseconds, retries and waits included.
   * @default 30000
   */
  timeoutMs?: number | undefined
  /**
   * The timeout of one attempt of a request in milliseconds. Connecting may take half of it, and never more than
   * 5 seconds.
   * @default 10000
   */
  attemptTimeoutMs?: number | undefined
  /**
   * The maximum number of connections that the process opens to one origin, 1 to 1,024. All its services share them,
   * including closed services until their last request ends. Over HTTP/1.1 each request in flight takes one
   * connection; over HTTP/2 a hundred requests share one. Requests wait for a connection within the deadline of
   * their call.
   * @default 64
   */
  maxConnections?: number | undefined
  /** How failed requests are retried. */
  retry?: RetryConfig | undefined
  /** TLS trust configuration. Verification itself cannot be disabled. */
  tls?: {
    /**
     * The certificate authorities to trust in place of all others: one or more certificates in PEM.
     * @default those of the system (`SSL_CERT_FILE`, `SSL_CERT_DIR`) and of `NODE_EXTRA_CA_CERTS`
     */
    ca?: string | undefined
  } | undefined
  /**
   * The HTTP proxy for every request, as a URL such as `"http://user:password@proxy.example.com:8080"`;
   * `false` for none.
   * @default `HTTPS_PROXY` and `NO_PROXY` of the environment, which a loopback domain ignores
   */
  proxy?: string | false | undefined
  /**
   * The minimum level of the lines that reach the logger. At `"debug"` each request writes a few lines.
   * @default "warn"
   */
  logLevel?: 'debug' | 'info' | 'warn' | 'error' | 'silent' | undefined
  /** Shares the access token and the rate budget with other processes through Redis. */
  sharedState?: SharedStateConfig | undefined
  /**
   * Fills `country` and `city` of sessions from a MaxMind database file (`.mmdb`), read once, and locates addresses for
   * {@link Auth0UserSecurityService.explainRisk}.
   */
  geoip?: {
    /** Path of the file, absolute or relative to the working directory. */
    database: string
  } | undefined
}

/**
 * The outcome of one security action. Published on the channel `archie:auth0-user-security:audit` of
 * `node:diagnostics_channel`, and logged at `info`.
 */
export interface AuditEvent {
  /** The action that was performed or attempted. */
  action:
    | 'session.revoke'
    | 'session.revoke_all'
    | 'session.revoke_others'
    | 'account.link'
    | 'account.unlink'
    | 'password.ticket'
    | 'user.block'
    | 'user.unblock'
    | 'user.clear_blocks'
    | 'factor.remove'
    | 'factor.remove_all'
    | 'application.revoke'
    | 'session.limit'
    | 'access.end'
    | 'email.ticket'
    | 'email.send_verification'
  /** As given in the options, without control characters, or null. */
  actor: string | null
  /** The tenant's domain. */
  tenant: string
  /**
   * Ids as passed by the caller and as resolved: `email` and `userId`, `sessionId`, `provider`, `identityId`, `factorId`,
   * `clientId`. `keptSessionId` is the session that was actually kept, or null if the id that was passed is not one of the
   * user's sessions; `max` is the limit of sessions.
   */
  target: Record<string, string | number | null>
  /** `cancelled`: the caller aborted the call; a change that had begun by then was completed. */
  outcome: 'success' | 'failure' | 'cancelled'
  /** The `code` of the error, or null. */
  code: string | null
  /** What was done, what was not, and what is unknown. Empty if nothing was to be changed. */
  effects: Effect[]
  /** How many sessions ended, if known. */
  sessionsEnded?: number
  /** How many refresh tokens ended, if that was verified. */
  refreshTokensEnded?: number
  /**
   * The outcome for the refresh tokens: `revoked` if Auth0 no longer showed them, `accepted` if it accepted the
   * revocation, `kept` if they stay valid because of a setting or a missing scope.
   */
  refreshTokens?: 'revoked' | 'accepted' | 'kept' | 'unknown'
  /** How long the operation took, in whole milliseconds. */
  durationMs: number
  /** Sent to Auth0 as `X-Correlation-ID`, and shown in the tenant's log. */
  correlationId: string
  /** When the call ended: ISO 8601, in UTC. */
  at: string
}

/** How much attention a user's account needs. */
export type RiskLevel = 'low' | 'medium' | 'high'

/**
 * How much each signal adds to the score of {@link Auth0UserSecurityService.explainRisk} if it applies: 0 to 1,000,000, with
 * fractions; 0 turns it off. By default the score is that of the original package's README.
 */
export interface RiskWeights {
  /**
   * There are two or three sessions.
   * @default 1
   */
  severalSessions?: number | undefined
  /**
   * There are more than three sessions.
   * @default 2
   */
  manySessions?: number | undefined
  /**
   * No sign-in method is a password.
   * @default 2
   */
  noPassword?: number | undefined
  /**
   * There are more than three sign-in methods.
   * @default 1
   */
  manyMethods?: number | undefined
  /**
   * The latest network of a session is not the one in which it began: `asn` and `initialAsn`. This also happens when
   * people travel or use a VPN.
   * @default 0
   */
  networkChanged?: number | undefined
  /**
   * The operating system of a session is not the one with which it began, regardless of versions: `os` and `initialOs`.
   * @default 0
   */
  systemChanged?: number | undefined
  /**
   * The latest address of a session is not in the country in which the session began: `address` and `initialAddress`. Needs
   * {@link Auth0Config.geoip}.
   * @default 0
   */
  countryChanged?: number | undefined
  /**
   * Two sessions were last used so far apart that nobody could have travelled in the time between: `address` and
   * `lastActivityAt`. Needs {@link Auth0Config.geoip} with a database of cities.
   * @default 0
   */
  impossibleTravel?: number | undefined
  /**
   * The `device` of a session is `"Bot"`.
   * @default 0
   */
  bot?: number | undefined
  /**
   * A session is delegated: it has an `actor`.
   * @default 0
   */
  delegatedSession?: number | undefined
  /**
   * A log event reports that a rotating refresh token was reused. Needs {@link RiskPolicy.events}.
   * @default 0
   */
  refreshTokenReuse?: number | undefined
}

/** Something that can raise a risk. */
export type RiskSignalId = keyof RiskWeights

/**
 * Which signals {@link Auth0UserSecurityService.explainRisk} counts, and how much. Apart from `events` it can be stored as
 * JSON. What is left out is as in the original package's README, whose score is the default policy.
 */
export interface RiskPolicy {
  /** The weights of signals; those that are left out have their defaults. */
  signals?: RiskWeights | undefined
  /** The scores from which a risk is medium or high, 0 to 1,000,000; `medium` must not be above `high`. */
  thresholds?: {
    /** @default 2 */
    medium?: number | undefined
    /** @default 4 */
    high?: number | undefined
  } | undefined
  /**
   * The user's events in Auth0's log, such as those of `GET /api/v2/users/{id}/logs`; at most 10,000. Required if
   * `refreshTokenReuse` has a weight, and refused otherwise.
   */
  events?: readonly RiskEvent[] | undefined
  /**
   * The highest speed at which people travel, in kilometres per hour, 1 to 1,000,000, for `impossibleTravel`; refused
   * without it. Distances are shortened by the accuracy of the GeoIP database.
   * @default 1000
   */
  maxSpeedKmh?: number | undefined
}

/** What {@link RiskPolicy.events} reads of an event in Auth0's log. */
export interface RiskEvent {
  /**
   * Auth0's code for the type of event. Only `"ferrt"` counts: a rotating refresh token was reused. `"fertft"` does not,
   * because it also stands for tokens that merely expired.
   */
  type?: string | undefined
}

/**
 * What {@link Auth0UserSecurityService.explainRisk} reads of a session. A {@link UserSession} can be passed as is, and so
 * can a stored copy from JSON, whose dates are strings. Missing properties are unknown, and raise no risk.
 */
export interface RiskSession {
  /** As in {@link UserSession}. */
  device?: string | undefined
  /** As in {@link UserSession}. */
  os?: string | undefined
  /** As in {@link UserSession}. */
  initialOs?: string | undefined
  /** As in {@link UserSession}. */
  address?: string | undefined
  /** As in {@link UserSession}. */
  initialAddress?: string | undefined
  /** As in {@link UserSession}. */
  asn?: string | undefined
  /** As in {@link UserSession}. */
  initialAsn?: string | undefined
  /** As in {@link UserSession}, or in ISO 8601 with a time zone. */
  lastActivityAt?: Date | string | undefined
  /** As in {@link UserSession}; only its presence counts. */
  actor?: object | undefined
}

/** What {@link Auth0UserSecurityService.explainRisk} reads of a {@link UserAuthenticationMethod}. */
export interface RiskMethod {
  /** As in {@link UserAuthenticationMethod}. */
  provider: ProviderName
}

/** A policy of your own, in place of signals and weights. What it returns or throws reaches the caller unchanged. */
export type RiskPolicyFunction<Session = UserSession, Method = UserAuthenticationMethod> = (
  sessions: Session[],
  methods: Method[],
) => RiskExplanation

/** Where log lines go. `console`, winston, pino and a NestJS `Logger` all work. */
export interface ILogger {
  /** What each request does: attempts, waits and retries. See the guide "Audit and tracing". */
  debug?(message: string, details?: object): void
  /** Audit events, and recoveries of the shared state. */
  info?(message: string, details?: object): void
  /** Used if there is no `info`. */
  log?(message: string, details?: object): void
  /** Reduced security or speed, such as refresh tokens that stay valid or a Redis that is down. */
  warn(message: string, details?: object): void
  /** Required, although this version logs no errors: failures reject the call instead. */
  error(message: string, details?: object): void
}

/**
 * The users of a fleet run: an array, a generator, a stream of objects, or {@link Auth0UserSecurityService.selectUsers}. In a list, a string with a
 * `|` is an Auth0 user id, and otherwise one with an `@` is an email.
 */
export type FleetUsers = Iterable<UserRef> | AsyncIterable<UserRef>

/** Which users {@link Auth0UserSecurityService.selectUsers} selects: exactly one of these. */
export type UserSelector =
  | {
      /** Auth0's user search, in Lucene syntax, such as `'email.domain:"example.com"'`. */
      query: string
    }
  | {
      /** Users who last signed in from this IP address. */
      lastIp: string
    }
  | {
      /** Members of the organization with this id, such as `"org_2tz2Zb5l3xFhJrXv"`. */
      organization: string
    }
  | {
      /** Users who can sign in with the connection of this name, such as `"Username-Password-Authentication"`. */
      connection: string
    }
  | {
      /**
       * Every user of the tenant, from a users export. Auth0 writes a file, which takes a moment, or minutes for millions of users. It is
       * downloaded into a temporary file, which is deleted when it is closed, and read from there.
       */
      all: true
    }
  | {
      /** Everybody who appears in the tenant's log. */
      logs: LogSelector
    }

/**
 * Events of the tenant's log. All conditions must hold. One that is present must have a value: to ignore `undefined` would be to
 * select more users.
 */
export interface LogSelector {
  /** The IP address of the event; a range is refused. */
  ip?: string | undefined
  /** The user agent, as a whole. */
  userAgent?: string | undefined
  /** The application. */
  clientId?: string | undefined
  /** Auth0's code of the event type, such as `"s"` for a successful sign-in. */
  type?: string | undefined
  /** The beginning of the time span, as a date or in ISO 8601. The tenant's plan limits how far back the log reaches. */
  since: Date | string
  /** Its end. */
  until: Date | string
}

/** The users of a selection, each once. It starts with the iteration, and can be iterated over once. */
export interface UserSelection extends AsyncIterable<SelectedUser> {
  /**
   * Whether everybody was selected, once the iteration has ended. False after a search, because Auth0's index is eventually
   * consistent; if Auth0 withheld results; and if the iteration was left early. Await it after the loop or the run that reads the
   * users: it stays pending until then.
   */
  readonly complete: Promise<boolean>
  /** Why somebody may be missing, once `complete` is false; undefined if the iteration was left early. */
  readonly incompleteReason: string | undefined
}

/** Options of all fleet runs. `timeoutMs` applies to each user, with a default of 300,000. */
export interface FleetOptions extends ActionOptions {
  /** A run for many users has no other priority: see {@link CallOptions.priority}. */
  priority?: 'bulk' | undefined
  /**
   * How many users are processed at once, from 1 to 1,000. Whatever it is, requests stay within the tenant's rate limit.
   * @default 50
   */
  concurrency?: number | undefined
  /**
   * Yield results in the order of the list. An awaited run has them in this order in any case.
   * @default false
   */
  ordered?: boolean | undefined
  /**
   * Stop at the first user who fails.
   * @default false
   */
  stopOnError?: boolean | undefined
  /**
   * Stop after this many failures in a row with the same code. Failures that concern a single user do not count: unknown,
   * ambiguous or malformed ones, and those without a password.
   * @default 20
   */
  stopAfterFailures?: number | undefined
  /**
   * Read and decide, but change nothing; the results say what would be done.
   * @default false
   */
  dryRun?: boolean | undefined
  /** Leaves a user out if it returns true, for example because an earlier run has processed them. */
  skip?: ((user: UserRef) => boolean | Promise<boolean>) | undefined
  /** Called after every group of results, at most once per turn of the event loop. */
  onProgress?: ((progress: FleetProgress) => void) | undefined
}

/** Options of {@link Auth0UserSecurityService.bulkRevokeUserSessions}. */
export interface BulkRevokeOptions extends FleetOptions {
  /**
   * See {@link RevokeOptions.waitUntilGone}.
   * @default false
   */
  waitUntilGone?: boolean | undefined
}

/** Options of {@link Auth0UserSecurityService.bulkGeneratePasswordChangeTickets}. */
export interface BulkTicketOptions extends FleetOptions {
  /** Where Auth0 sends users once the password is changed. */
  redirectUrl?: string | undefined
  /**
   * The lifetime of each ticket in seconds.
   * @default {@link Auth0Config.passwordTicketTtlSeconds}
   */
  ttlSeconds?: number | undefined
  /**
   * Also for users whom an administrator has blocked, although using the ticket lifts the block.
   * @default false
   */
  allowBlocked?: boolean | undefined
}

/** Options of {@link Auth0UserSecurityService.generateSecurityAuditReport}. */
export interface AuditOptions extends FleetOptions {
  /** How risks are weighed. Without a policy, as {@link Auth0UserSecurityService.assessRisk} does. */
  policy?: RiskPolicy | undefined
}

/** Options of {@link Auth0UserSecurityService.emergencySecurityResponse}. */
export interface EmergencyOptions extends AuditOptions {
  /** Where Auth0 sends users once the password is changed. Required if tickets are made. */
  redirectUrl?: string | undefined
  /**
   * The lifetime of each ticket in seconds.
   * @default {@link Auth0Config.passwordTicketTtlSeconds}
   */
  ttlSeconds?: number | undefined
  /**
   * Block every user at risk before anything else. No ticket is made then unless `ticket` is true, because using it lifts
   * the block.
   * @default false
   */
  lock?: boolean | undefined
  /**
   * Make a password-change ticket for every user at risk, after the sessions have ended.
   * @default true, and false with `lock`
   */
  ticket?: boolean | undefined
  /**
   * Users with a lower risk are left alone. With `"low"`, every user of the list is acted on.
   * @default "high"
   */
  minRiskLevel?: RiskLevel | undefined
}

/** The progress of a run. */
export interface FleetProgress {
  /** Users with a result: `succeeded`, `failed` and `skipped` together. */
  done: number
  /** Users for whom everything was done. */
  succeeded: number
  /** Users with an error. */
  failed: number
  /** Duplicates, and users for whom `skip` returned true. */
  skipped: number
  /** The length of the list; absent for generators and streams. */
  total?: number
  /** Users per second, over the last 10 seconds. */
  perSecond: number
  /** The time left at this rate, in milliseconds; absent if it is unknown. */
  etaMs?: number
  /** How long requests of this run have waited for the rate limit, in milliseconds. Simultaneous waits count once. */
  waitingForRateLimitMs: number
}

/** How a run ended. */
export interface FleetSummary extends FleetProgress {
  /** Users who were in the list more than once, by any name; part of `skipped`. */
  duplicates: number
  /** Users who were read from the list but not begun when the run was stopped. Nothing was changed for them. */
  notStarted: number
  /** How long the run took, in milliseconds. */
  elapsedMs: number
  /** Why the run ended before the list did; absent if every user has a result. */
  stopped?: {
    /** `error`: `stopOnError`. `failures`: `stopAfterFailures`. `cancelled`: `cancel()`, a signal, a `break`, or an error of
     * the list or of a function that was passed. */
    reason: 'error' | 'failures' | 'cancelled'
    /** The code of the failure that stopped it. */
    code?: string
  }
}

/**
 * A run for many users. It starts when it is first used, in one of three ways: `await` it for all results, iterate over it
 * for each result as it comes, in bounded memory, or await `summary` for the counts alone. Its results can be used once.
 *
 * A failed user does not stop the others. A run that is stopped finishes what it has begun; then it rejects, or the
 * iteration throws: the reason of `cancel()` or of the signal, or a {@link FleetStoppedError}.
 */
export interface FleetRun<Result, All> extends AsyncIterable<Result>, Promise<All> {
  /** A snapshot of the progress. */
  readonly progress: FleetProgress
  /** The results of an awaited run so far. If it rejects, they are those of the users who were done. */
  readonly results: Result[]
  /**
   * Resolves at the end, also if the run was stopped; rejects only if the options are invalid. Reading it alone runs
   * without keeping results: to have both, use the results in the same turn of the event loop.
   */
  readonly summary: Promise<FleetSummary>
  /**
   * Begins no further user, and finishes those for whom a change has begun.
   * @param reason what the run rejects with
   */
  cancel(reason?: unknown): void
}

/** What all results of fleet runs have in common. */
export interface FleetResult {
  /** The position in the list, from 0. */
  index: number
  /** The user as given. */
  user: UserRef
  /** The Auth0 user id, if it is known. */
  userId?: string
  /** The email that was given or, if Auth0 was asked, that of the account. */
  userEmail?: string
  /** Why nothing was done: the same user was in the list before, or `skip` returned true. */
  skipped?: 'duplicate' | 'skip'
  /** The message of the error; absent unless the user failed. */
  error?: string
  /** The `code` of the error. */
  code?: string
  /** Auth0's own explanation. May contain personal data. */
  description?: string
  /** Finds the requests in the tenant's log. */
  correlationId?: string
  /** What was changed before the error, and what may have been. */
  effects?: Effect[]
  /** Present in a dry run. */
  dryRun?: true
  /** When the result was known, in ISO 8601. */
  timestamp: string
}

/** The outcome for one user of a bulk method. */
export type BulkStatus = 'success' | 'error' | 'skipped' | 'planned'

/** A result of {@link Auth0UserSecurityService.bulkRevokeUserSessions}. */
export interface BulkRevokeResult extends FleetResult {
  /** `"planned"` in a dry run. */
  status: BulkStatus
  /** In a dry run, the number of live sessions. */
  sessions?: number
}

/** A result of {@link Auth0UserSecurityService.bulkBlockUsers}. */
export interface BulkBlockResult extends FleetResult {
  /** `"planned"` in a dry run. */
  status: BulkStatus
  /** Whether a live session is left after the block; see {@link BlockedUser.sessions}. */
  sessions?: BlockedUser['sessions']
}

/** A result of {@link Auth0UserSecurityService.bulkGeneratePasswordChangeTickets}. */
export interface BulkTicketResult extends FleetResult {
  /** `"planned"` in a dry run. */
  status: BulkStatus
  /** The one-time URL. Anyone who has it can set the password: send it only to the user's own email. */
  passwordResetUrl?: string
  /** When the URL stops working. */
  expiresAt?: Date
  /** Present if the user is blocked: a password reset lifts the block. */
  blockedUntil?: 'passwordReset'
}

/** A result of {@link Auth0UserSecurityService.generateSecurityAuditReport}. Only `riskLevel` is present if the user failed. */
export interface AuditedUser extends FleetResult {
  /** Number of live sessions. */
  sessionsCount?: number
  /** Number of sign-in methods. */
  authMethodsCount?: number
  /** The provider of each sign-in method, the primary one first. */
  providers?: string[]
  /** Whether the user can sign in with anything other than email and password. */
  hasSocialAuth?: boolean
  /** The latest activity of a live session; null without one. */
  lastActivity?: Date | null
  /** `"unknown"` if the user failed or was skipped. */
  riskLevel: RiskLevel | 'unknown'
  /** The sum of the weights of all signals. */
  riskScore?: number
  /** The reasons for the score. */
  riskSignals?: RiskSignal[]
  /** The distinct devices of live sessions, such as `"Chrome 120.0.0 on Windows 10"`, the latest first. */
  devices?: string[]
  /** The distinct countries of live sessions, if a GeoIP database is configured. */
  countries?: string[]
  /** The distinct latest IP addresses of live sessions. */
  addresses?: string[]
}

/** The result of {@link Auth0UserSecurityService.generateSecurityAuditReport}. Users who were skipped do not count. */
export interface SecurityAuditReport {
  /** When the report was finished, in ISO 8601. */
  generatedAt: string
  /** Number of users, including those who failed. */
  totalUsers: number
  /** Number of live sessions. */
  totalSessions: number
  /** Number of sign-in methods. */
  totalAuthMethods: number
  /** One for each item of the list. */
  userDetails: AuditedUser[]
  /** Counts and averages over all users. */
  statistics: {
    /** Users with two live sessions or more. */
    usersWithMultipleSessions: number
    /** Users who can sign in with anything other than email and password. */
    usersWithSocialAuth: number
    /** Users who can sign in with email and password only. */
    usersWithEmailPasswordOnly: number
    /** Live sessions per user. */
    averageSessionsPerUser: number
    /** Sign-in methods per user. */
    averageAuthMethodsPerUser: number
    /** How many sign-in methods each provider has. */
    mostCommonProviders: Record<string, number>
  }
}

/** A result of {@link Auth0UserSecurityService.emergencySecurityResponse}. */
export interface EmergencyResult extends FleetResult {
  /** What was done or, in a dry run, would be. */
  action:
    | 'sessions_revoked_password_reset_sent'
    | 'sessions_revoked'
    | 'user_blocked_sessions_revoked'
    | 'user_blocked_sessions_revoked_password_reset_sent'
    | 'no_action_required'
    | 'error'
    | 'skipped'
  /** The risk on which the decision was made. */
  riskLevel?: RiskLevel
  /** Whether the sessions were revoked; also present if a later step failed. */
  sessionsRevoked?: boolean
  /** The one-time URL. Anyone who has it can set the password: send it only to the user's own email. */
  passwordResetUrl?: string
  /** When the URL stops working. */
  passwordResetExpiresAt?: Date
  /** Present if the user is blocked: a password reset lifts the block. */
  blockedUntil?: 'passwordReset'
}

/**
 * Manages the sessions, sign-in methods, account connections and passwords of Auth0 users. Create one per process and
 * tenant: it caches the access token and pools connections.
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
   * Validates the configuration; sends no request.
   * @param logger defaults to `console`
   * @example
   * const service = new Auth0UserSecurityService({ domain, clientId, clientSecret }, logger)
   * @throws {@link ConfigurationError} with the invalid field and how to fix it
   */
  constructor(config: Auth0Config | AccessTokenConfig, logger?: ILogger)

  /**
   * Creates a service from `AUTH0_DOMAIN`, `AUTH0_CLIENT_ID`, `AUTH0_CLIENT_SECRET` and `AUTH0_AUDIENCE`. Overrides take
   * precedence, unless they are undefined.
   * @throws {@link ConfigurationError} that names all missing variables
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
   * Rejects with an {@link Auth0ApiError} for a user with more than 10,000 sessions;
   * {@link Auth0UserSecurityService.revokeAllUserSessions} still works for such a user. Entries without a valid id are
   * left out, with a warning to the logger.
   * @returns the live sessions
   * @throws {@link UserNotFoundError}, {@link AmbiguousUserError}, {@link Auth0ApiError}
   * @example
   * const sessions = await service.findUserSessions({ email: 'ada@example.com' }, { currentSessionId })
   * console.log(sessions[0]?.device, sessions[0]?.browser, sessions[0]?.current)
   */
  findUserSessions(user: IUser, options?: FindSessionsOptions): Promise<UserSession[]>
  findUserSessions(user: UserRef, options?: FindSessionsOptions): Promise<UserSession[]>

  /**
   * Revokes one session after checking that it belongs to the user, and its refresh tokens according to
   * {@link Auth0Config.revokeRefreshTokens}. Resolves once Auth0 has accepted the revocation or, if the response does
   * not prove that, once Auth0 no longer lists the session.
   *
   * Scopes: `read:sessions`, `delete:sessions`, and `read:users` to find a user by email; for refresh tokens
   * `delete:refresh_tokens`.
   * @returns `true`; called with two ids, nothing
   * @throws {@link SessionNotFoundError} if the session does not exist or belongs to another user
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
   * Revokes all sessions of a user, and all refresh tokens according to {@link Auth0Config.revokeRefreshTokens}. A
   * session can issue refresh tokens until it is gone; only a call with `waitUntilGone` revokes those too.
   *
   * Scopes: `delete:sessions`, and `read:users` to find a user by email; for refresh tokens
   * `delete:refresh_tokens`, and with `waitUntilGone` `read:sessions`.
   * @returns `true`; called with an id, nothing
   * @throws {@link UserNotFoundError}, {@link AmbiguousUserError}, {@link Auth0ApiError}
   * @example
   * await service.revokeAllUserSessions({ sub: user.sub }, { waitUntilGone: true, timeoutMs: 10_000 })
   */
  revokeAllUserSessions(userId: string, options?: RevokeOptions): Promise<void>
  revokeAllUserSessions(user: IUser, options?: RevokeOptions): Promise<boolean>
  revokeAllUserSessions(user: UserRef, options?: RevokeOptions): Promise<boolean | void>

  /**
   * Revokes every live session of a user but one ("sign out everywhere else").
   *
   * If revoking one session fails, the others are revoked nevertheless; then the call rejects with that error, whose
   * `effects` count what was revoked. Without {@link RevokeOthersOptions.requireCurrent}, all sessions end if
   * `currentSessionId` is not one of the user's. Sessions that have expired by this machine's clock are ended but not
   * counted.
   *
   * Scopes: `read:sessions`, `delete:sessions`, and `read:users` to find a user by email; for refresh tokens
   * `delete:refresh_tokens`.
   * @param currentSessionId the session to keep: the `sid` claim of the caller's ID token
   * @returns the number of sessions revoked
   * @example
   * const count = await service.revokeOtherUserSessions({ sub: claims.sub }, claims.sid)
   */
  revokeOtherUserSessions(
    user: IUser,
    currentSessionId: string,
    options?: RevokeOthersOptions,
  ): Promise<number>
  revokeOtherUserSessions(
    user: UserRef,
    currentSessionId: string,
    options?: RevokeOthersOptions,
  ): Promise<number>

  /**
   * All identities that a user can sign in with, the primary one first.
   *
   * Scope: `read:users`. Tokens of identity providers never leave the native core.
   * @returns the sign-in methods
   * @throws {@link UserNotFoundError}, {@link AmbiguousUserError}, {@link Auth0ApiError}
   * @example
   * const methods = await service.findUserAuthenticationMethods('auth0|63d17c6b8869daf88ed7dbb8')
   * console.log(methods.map((method) => `${method.provider}: ${method.username}`))
   */
  findUserAuthenticationMethods(
    user: IUser,
    options?: CallOptions,
  ): Promise<UserAuthenticationMethod[]>
  findUserAuthenticationMethods(
    user: UserRef,
    options?: CallOptions,
  ): Promise<UserAuthenticationMethod[]>

  /**
   * Returns a URL where a person signs in to the account to be connected. Sends no request; the state in the URL is
   * sealed, valid for 10 minutes and needs no storage.
   *
   * `(provider, redirectUrl)` returns a ticket synchronously; the redirect URL has at most 2,048 characters.
   * `(userId, provider)` returns a promise of the URL alone, bound to the user, which returns to
   * {@link Auth0Config.redirectUri}. The compiler takes the first string for a user id if it contains `|`, or if the
   * second argument is a common provider; when in doubt, pass `{ sub }`.
   *
   * Scopes: none.
   * @returns a ticket, synchronously; `(user, provider)` returns a promise of the URL alone
   * @throws {@link ConfigurationError} without `redirectUri`, in the second form
   * @throws {@link AccountLinkingError} `state_required` under `requireLinkState` without a user
   * @example
   * const ticket = service.generateAccountConnectionUrl('github', 'https://app.example.com/callback', { user })
   * response.redirect(ticket.redirect)
   */
  generateAccountConnectionUrl(
    user: IUser | `${string}|${string}`,
    provider: ProviderName,
    options?: Omit<ConnectionUrlOptions, 'user'>,
  ): Promise<string>
  generateAccountConnectionUrl(
    user: UserRef,
    provider: `${UserAuthenticationMethodProvider}`,
    options?: Omit<ConnectionUrlOptions, 'user'>,
  ): Promise<string>
  generateAccountConnectionUrl<Provider extends ProviderName>(
    provider: Provider extends `${string}|${string}` ? never : Provider,
    redirectUrl: string,
    options?: ConnectionUrlOptions<IUser>,
  ): UserAccountConnectionTicket
  generateAccountConnectionUrl<Provider extends ProviderName>(
    provider: Provider extends `${string}|${string}` ? never : Provider,
    redirectUrl: string,
    options?: ConnectionUrlOptions,
  ): UserAccountConnectionTicket

  /**
   * Connects the account that a person just signed in to.
   *
   * By code: exchanges the authorization code once, and verifies the ID token in full. The tenant's signing keys are
   * fetched first. The state is consumed just before the code is sent, and released if the code was certainly not
   * processed: after a `RateLimitError` whose `endpoint` is `/oauth/token`, the same call can be repeated.
   *
   * By token: takes an access token that this tenant issued with the scope `openid` to a user of the provider. Anyone
   * who has such a token is assumed to be its owner, and nothing shows which application it was issued to: prefer the
   * code.
   *
   * If the account is already connected to this user, the call succeeds.
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
    user: IUser,
    provider: `${UserAuthenticationMethodProvider}`,
    accessToken: string,
    options?: ConnectOptions & { state?: never },
  ): Promise<UserAuthenticationMethod[]>
  connectSecondaryAccount(
    user: UserRef,
    provider: `${UserAuthenticationMethodProvider}`,
    accessToken: string,
    options?: ConnectOptions & { state?: never },
  ): Promise<UserAuthenticationMethod[]>
  connectSecondaryAccount(
    user: IUser,
    redirectUri: string,
    authorizationCode: string,
    options?: ConnectOptions,
  ): Promise<UserAuthenticationMethod[]>
  connectSecondaryAccount(
    user: UserRef,
    redirectUri: string,
    authorizationCode: string,
    options?: ConnectOptions,
  ): Promise<UserAuthenticationMethod[]>

  /**
   * Disconnects an account. Auth0 turns the identity back into a separate account, without metadata.
   *
   * Scopes: `read:users`, `update:users`.
   * @returns the remaining methods; `(user, provider, secondaryUserId)` does the same
   * @throws {@link AccountLinkingError} `primary_identity`, `last_method`, `not_linked`, `refused`
   * @example
   * const left = await service.disconnectSecondaryAccount(user, { id: '1024025', provider: 'github' })
   */
  disconnectSecondaryAccount(
    user: IUser,
    provider: ProviderName,
    secondaryUserId: string,
    options?: ActionOptions,
  ): Promise<UserAuthenticationMethod[]>
  disconnectSecondaryAccount(
    user: UserRef,
    provider: ProviderName,
    secondaryUserId: string,
    options?: ActionOptions,
  ): Promise<UserAuthenticationMethod[]>
  disconnectSecondaryAccount(
    user: IUser,
    method: UserAuthenticationMethodDisconnectInput,
    options?: ActionOptions,
  ): Promise<UserAuthenticationMethod[]>
  disconnectSecondaryAccount(
    user: UserRef,
    method: UserAuthenticationMethodDisconnectInput,
    options?: ActionOptions,
  ): Promise<UserAuthenticationMethod[]>

  /**
   * A one-time link to set a new password. Anyone who has it can use it: send it only to the user's own
   * email. Auth0 sends no email.
   *
   * Scopes: `read:users`, `create:user_tickets`.
   * @param redirectUrl where the user goes afterwards (with Classic Login); at most 2,048 characters. It receives no code,
   * so it may have a fragment, `http://` or a scheme of your app, but not `javascript:`, `data:`, `vbscript:`,
   * `file:` or `blob:`; {@link Auth0Config.allowedRedirectOrigins} applies.
   * @returns `{ redirect, expiresAt }`; called with an id, the URL alone
   * @throws {@link Auth0ApiError} `errorCode: "operation_not_supported"` for a user without a password
   * @throws {@link AccountProtectionError} `user_blocked` for a blocked user, without `allowBlocked`
   * @throws {@link Auth0ApiError} if the link is not an `https://` URL on the tenant's domain or its custom domain;
   * a ticket may exist nonetheless
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
  generatePasswordChangeTicket(
    user: UserRef,
    redirectUrl?: string,
    options?: PasswordTicketOptions,
  ): Promise<UserAccountChangePasswordTicket | string>
  generatePasswordChangeTicket(
    user: UserRef,
    options?: PasswordTicketOptions,
  ): Promise<UserAccountChangePasswordTicket | string>

  /**
   * Keeps a user from signing in, as in the dashboard under "Block". Auth0 ends sessions of blocked users at some point that
   * it does not document, and refresh tokens may still be used until then: to end both, use
   * {@link Auth0UserSecurityService.endUserAccess}.
   *
   * Three requests: the block, a read of the user, and the list of sessions, page by page until one is live.
   *
   * Scopes: `update:users`, `read:users`; `read:sessions` to tell whether sessions are left.
   * @returns `{ blocked, sessions }`
   * @throws {@link UserNotFoundError}, {@link AmbiguousUserError}, {@link Auth0ApiError}
   * @example
   * const { sessions } = await service.blockUser({ sub: 'auth0|63d17c6b8869daf88ed7dbb8' }, { actor: admin.id })
   */
  blockUser(
    user: IUser,
    options?: ActionOptions,
  ): Promise<BlockedUser>
  blockUser(
    user: UserRef,
    options?: ActionOptions,
  ): Promise<BlockedUser>

  /**
   * Lets a blocked user sign in again. Auth0's blocks after wrong passwords are separate: see
   * {@link Auth0UserSecurityService.clearUserBlocks}.
   *
   * Two requests. Scopes: `update:users`, `read:users`.
   * @returns `{ blocked: false }`
   * @throws {@link UserNotFoundError}, {@link AmbiguousUserError}, {@link Auth0ApiError}
   * @example
   * await service.unblockUser({ email: 'ada@example.com' })
   */
  unblockUser(
    user: IUser,
    options?: ActionOptions,
  ): Promise<UnblockedUser>
  unblockUser(
    user: UserRef,
    options?: ActionOptions,
  ): Promise<UnblockedUser>

  /**
   * The blocks that Auth0's brute-force protection set for a user after too many wrong passwords.
   *
   * One request. Scope: `read:users`.
   * @returns brute-force protection blocks
   * @throws {@link UserNotFoundError}, {@link AmbiguousUserError}, {@link Auth0ApiError}
   * @example
   * const blocks = await service.findUserBlocks({ email: 'ada@example.com' })
   */
  findUserBlocks(
    user: IUser,
    options?: CallOptions,
  ): Promise<UserBlock[]>
  findUserBlocks(
    user: UserRef,
    options?: CallOptions,
  ): Promise<UserBlock[]>

  /**
   * Lifts all of Auth0's blocks after wrong passwords. A block by {@link Auth0UserSecurityService.blockUser} stays.
   *
   * Two requests; one if there is no block. Scopes: `read:users`, `update:users`.
   * @returns how many were cleared
   * @throws {@link UserNotFoundError}, {@link AmbiguousUserError}, {@link Auth0ApiError}
   * @example
   * const cleared = await service.clearUserBlocks({ email: 'ada@example.com' })
   */
  clearUserBlocks(
    user: IUser,
    options?: ActionOptions,
  ): Promise<number>
  clearUserBlocks(
    user: UserRef,
    options?: ActionOptions,
  ): Promise<number>

  /**
   * The factors that a user has enrolled: authenticator apps, phones, passkeys, recovery codes. Not to be confused with
   * {@link Auth0UserSecurityService.findUserAuthenticationMethods}, which lists what the user signs in with.
   *
   * One request for every 50 factors. Passwords are not among them. Scopes: `read:authentication_methods`, and `read:users` to find a user by email.
   * @returns the factors
   * @throws {@link UserNotFoundError}, {@link AmbiguousUserError}, {@link Auth0ApiError}
   * @example
   * const factors = await service.findUserFactors(user)
   * const passkeys = factors.filter((factor) => factor.type === 'passkey')
   */
  findUserFactors(
    user: IUser,
    options?: CallOptions,
  ): Promise<UserFactor[]>
  findUserFactors(
    user: UserRef,
    options?: CallOptions,
  ): Promise<UserFactor[]>

  /**
   * Removes one factor, for example a passkey that an attacker enrolled. Before that, Auth0 forgets the browsers that may
   * skip the second factor. The list is read first: a factor of another user is not found. Auth0 may remove factors that were
   * enrolled together; they count as removed when the rest is checked.
   *
   * Calls for one user wait for each other within a process. Two processes that remove different factors at once can remove
   * the last two, because Auth0 offers no condition for it.
   *
   * Three requests. Scopes: `read:authentication_methods`, `delete:authentication_methods`, `update:users`, and
   * `read:users` to find a user by email.
   * @returns the remaining factors
   * @throws {@link AccountProtectionError} `factor_not_found`, `last_factor`
   * @example
   * const left = await service.removeUserFactor(user, { id: 'passkey|dev_4ThxLgJmsM4HvFkE' })
   */
  removeUserFactor(
    user: IUser,
    factor: string | UserFactorInput,
    options?: RemoveFactorOptions,
  ): Promise<UserFactor[]>
  removeUserFactor(
    user: UserRef,
    factor: string | UserFactorInput,
    options?: RemoveFactorOptions,
  ): Promise<UserFactor[]>

  /**
   * Makes Auth0 forget remembered browsers, and removes every factor, one by one.
   *
   * Two requests, plus one for each factor; one if there is none. Scopes: `read:authentication_methods`,
   * `delete:authentication_methods`, `update:users`, and `read:users` to find a user by email.
   * @returns how many were removed
   * @throws {@link AccountProtectionError} `last_factor` without `allowLast`
   * @example
   * const removed = await service.removeAllUserFactors(user, { allowLast: true, actor: admin.id })
   */
  removeAllUserFactors(
    user: IUser,
    options?: RemoveFactorOptions,
  ): Promise<number>
  removeAllUserFactors(
    user: UserRef,
    options?: RemoveFactorOptions,
  ): Promise<number>

  /**
   * The applications that hold refresh tokens of a user, and the devices on which the user signed in to them. Rotating
   * tokens of one device count once.
   *
   * One request for every 50 tokens. Scopes: `read:refresh_tokens`, and `read:users` to find a user by email.
   * @returns the applications with their devices
   * @throws {@link FeatureUnavailableError} on a plan without session management
   * @example
   * const applications = await service.findUserApplications(user)
   * for (const { clientId, devices } of applications) console.log(clientId, devices.map(({ os }) => os))
   */
  findUserApplications(
    user: IUser,
    options?: FindApplicationsOptions,
  ): Promise<UserApplication[]>
  findUserApplications(
    user: UserRef,
    options?: FindApplicationsOptions,
  ): Promise<UserApplication[]>

  /**
   * Revokes the refresh tokens that one application holds of a user. Only tokens that Auth0 lists as the user's are
   * revoked. Access tokens stay valid until they expire.
   *
   * One request for every 50 tokens of the user, plus one for each token of the application. Scopes: `read:refresh_tokens`,
   * `delete:refresh_tokens`, and `read:users` to find a user by email.
   * @returns the number of tokens revoked
   * @throws {@link AccountProtectionError} `application_not_found` if the application holds none
   * @example
   * const revoked = await service.revokeUserApplication(user, { clientId: 'AaiyAPdpYdesoKnqjj8HJqRn4T5titww' })
   */
  revokeUserApplication(
    user: IUser,
    application: string | UserApplicationInput,
    options?: RevokeApplicationOptions,
  ): Promise<number>
  revokeUserApplication(
    user: UserRef,
    application: string | UserApplicationInput,
    options?: RevokeApplicationOptions,
  ): Promise<number>

  /**
   * Ends the oldest sessions of a user who has more than `max`, with their refresh tokens. The order is by `createdAt`, then
   * by id, so that two processes choose the same sessions. Every session that Auth0 lists takes a place, also one that has
   * expired by this machine's clock; it is not counted in the result.
   *
   * One request for every 50 sessions, plus one for each session that is ended. Scopes: `read:sessions`,
   * `delete:sessions`, and `read:users` to find a user by email; for refresh tokens `delete:refresh_tokens`.
   * @returns the number of sessions ended
   * @throws {@link SessionNotFoundError} with `requireCurrent`
   * @throws {@link UserNotFoundError}, {@link AmbiguousUserError}, {@link Auth0ApiError}
   * @example
   * const ended = await service.limitUserSessions(user, { max: 3, currentSessionId: claims.sid })
   */
  limitUserSessions(
    user: IUser,
    options: LimitSessionsOptions,
  ): Promise<number>
  limitUserSessions(
    user: UserRef,
    options: LimitSessionsOptions,
  ): Promise<number>

  /**
   * Ends exactly the kinds of access that are listed, in a safe order: `"block"`, `"sessions"`, `"refreshTokens"`,
   * `"grants"`, `"deviceCredentials"`. A failure does not stop the others: every step is attempted, then the call rejects
   * with the first failure, whose `effects` say what was done. Auth0 ends sessions some time after it has accepted to: until
   * then, one can issue another refresh token, unless the user is blocked.
   * {@link Auth0UserSecurityService.revokeAllUserSessions} with `waitUntilGone` waits for that.
   *
   * One request to read the user, plus one for each kind; the block takes one more, and device credentials three to list
   * them, or more for every 50, and one for each. Scopes: `read:users`, `update:users`, `delete:sessions`, `delete:refresh_tokens`, `delete:grants`,
   * `read:device_credentials`, `delete:device_credentials`; only `read:users` and those of what is listed are used.
   * @returns `{ effects }`
   * @throws {@link FeatureUnavailableError} for sessions and refresh tokens, on a plan without session management
   * @example
   * const { effects } = await service.endUserAccess(user, { include: ['block', 'sessions', 'refreshTokens'] })
   */
  endUserAccess(
    user: IUser,
    options: EndAccessOptions,
  ): Promise<AccessEnded>
  endUserAccess(
    user: UserRef,
    options: EndAccessOptions,
  ): Promise<AccessEnded>

  /**
   * A one-time link that verifies the user's email when it is opened. Send it only to that email: whoever opens it
   * verifies it. Auth0 sends no email.
   *
   * Two requests. Scopes: `read:users`, `create:user_tickets`.
   * @returns `{ redirect, expiresAt }`
   * @throws {@link AccountProtectionError} `no_email`
   * @example
   * const { redirect } = await service.generateEmailVerificationTicket({ sub: claims.sub })
   */
  generateEmailVerificationTicket(
    user: IUser,
    options?: EmailTicketOptions,
  ): Promise<EmailVerificationTicket>
  generateEmailVerificationTicket(
    user: UserRef,
    options?: EmailTicketOptions,
  ): Promise<EmailVerificationTicket>

  /**
   * Asks Auth0 to send an email with a link that verifies the user's email. Sent once: if the response is lost, the effect is
   * `unknown`.
   *
   * Two requests. Scopes: `read:users`, `update:users`.
   * @returns `{ jobId }`
   * @throws {@link AccountProtectionError} `no_email`
   * @example
   * await service.sendVerificationEmail({ sub: claims.sub })
   */
  sendVerificationEmail(
    user: IUser,
    options?: VerificationEmailOptions,
  ): Promise<VerificationEmail>
  sendVerificationEmail(
    user: UserRef,
    options?: VerificationEmailOptions,
  ): Promise<VerificationEmail>

  /**
   * Sessions, sign-in methods and a summary of both: at most three requests, plus one for every 50 further sessions.
   *
   * On a plan without session management the call rejects, unless {@link DashboardOptions.allowPartial} is set; then
   * `sessions` is null, and `unavailable` says why.
   *
   * Scopes: `read:users`, `read:sessions`.
   * @returns sessions, methods and a summary
   * @throws {@link UserNotFoundError}, {@link AmbiguousUserError}, {@link Auth0ApiError}
   * @throws {@link FeatureUnavailableError} on a plan without session management
   * @example
   * const { summary, sessions } = await service.getUserSecurityDashboard({ email: 'ada@example.com' })
   */
  getUserSecurityDashboard(
    user: IUser,
    options?: DashboardOptions & { allowPartial?: false | undefined },
  ): Promise<UserSecurityDashboard>
  getUserSecurityDashboard(
    user: UserRef,
    options?: DashboardOptions & { allowPartial?: false | undefined },
  ): Promise<UserSecurityDashboard>
  getUserSecurityDashboard(
    user: IUser,
    options?: DashboardOptions,
  ): Promise<CompleteUserSecurityDashboard | PartialUserSecurityDashboard>
  getUserSecurityDashboard(
    user: UserRef,
    options?: DashboardOptions,
  ): Promise<CompleteUserSecurityDashboard | PartialUserSecurityDashboard>

  /**
   * A rough risk level: many sessions, no password and many methods raise it. Sends no request.
   *
   * Scopes: none.
   * @param sessions of one user, at most 10,000; they are only counted
   * @param methods of one user, at most 1,000
   * @param policy replaces the built-in rule
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
   * The risk level of a user with the reasons for it. Without a policy the level is that of
   * {@link Auth0UserSecurityService.assessRisk}; a {@link RiskPolicy} counts further signals, or counts them differently.
   * Synchronous, and sends no request. Sessions are only counted, unless a signal with a weight depends on them.
   *
   * Scopes: none.
   * @param sessions of one user, at most 10,000, with dates as `Date` or as text
   * @param methods of one user, at most 1,000
   * @param policy weights of signals, or a function that explains the risk itself
   * @returns `{ level, score, signals }`
   * @throws `TypeError` (`ERR_INVALID_ARG_VALUE`, `ERR_INVALID_ARG_TYPE`) for an unknown signal or property, a weight or
   * threshold that is not a number in range, thresholds out of order, or a date that cannot be read
   * @throws {@link ConfigurationError} if a signal with a weight needs {@link Auth0Config.geoip}, and that is not set or has
   * no coordinates
   * @example
   * const { level, signals } = service.explainRisk(sessions, methods, {
   *   signals: { networkChanged: 2, bot: 3, delegatedSession: 1 },
   *   thresholds: { high: 5 },
   * })
   * for (const { id, weight, why } of signals) console.log(`${id} (${weight}): ${why}`)
   */
  explainRisk<Session extends RiskSession, Method extends RiskMethod>(
    sessions: Session[],
    methods: Method[],
    policy?: RiskPolicy | RiskPolicyFunction<Session, Method>,
  ): RiskExplanation

  /**
   * Selects users for the methods below. Auth0 shows at most 1,000 results of a search or of the log; larger ones are divided
   * by time until all are read. A search of users is never certain to be complete, because Auth0's
   * index is eventually consistent. `all`, `organization` and `logs` of a time that has passed can be.
   *
   * `timeoutMs` applies to each request. A users export may take an hour, and its download another; the signal ends both.
   *
   * Scopes: `read:users`; `read:organization_members` for organizations and `read:logs` for the log.
   * @returns an iterable of users, with `complete`
   * @throws {@link Auth0ApiError} from the iteration, for example if Auth0 cannot parse the query
   * @example
   * const suspects = service.selectUsers({ logs: { ip: '203.0.113.7', since, until } })
   * await service.bulkRevokeUserSessions(suspects)
   * if (!(await suspects.complete)) console.warn('Somebody may be missing.')
   */
  selectUsers(selector: UserSelector, options?: CallOptions & { priority?: 'bulk' | undefined }): UserSelection

  /**
   * Revokes all sessions of many users, and their refresh tokens according to {@link Auth0Config.revokeRefreshTokens}. See
   * {@link FleetRun} for how to use it.
   *
   * Scopes: `delete:sessions`, and `read:users` to find users by email; for refresh tokens `delete:refresh_tokens`, and for
   * a dry run `read:sessions`.
   * @returns a run: `{ userId, status }` each
   * @example
   * const results = await service.bulkRevokeUserSessions(['ada@example.com', 'auth0|63d17c6b8869daf88ed7dbb8'])
   * const failed = results.filter((result) => result.status === 'error')
   */
  bulkRevokeUserSessions(
    users: FleetUsers,
    options?: BulkRevokeOptions,
  ): FleetRun<BulkRevokeResult, BulkRevokeResult[]>

  /**
   * Blocks many users, who can then no longer sign in. Their sessions stay: see
   * {@link Auth0UserSecurityService.emergencySecurityResponse}.
   *
   * Scopes: `read:users`, `update:users`; `read:sessions` to tell whether sessions are left.
   * @returns a run: `{ userId, status }` each
   * @example
   * for await (const { userId, status } of service.bulkBlockUsers(users)) console.log(userId, status)
   */
  bulkBlockUsers(
    users: FleetUsers,
    options?: FleetOptions,
  ): FleetRun<BulkBlockResult, BulkBlockResult[]>

  /**
   * Makes a password-change ticket for each of many users.
   *
   * Scopes: `read:users`, `create:user_tickets`.
   * @returns a run: `{ passwordResetUrl, expiresAt }` each
   * @example
   * for await (const { userEmail, passwordResetUrl } of service.bulkGeneratePasswordChangeTickets(users, { redirectUrl })) {
   *   if (passwordResetUrl) await sendEmail(userEmail, passwordResetUrl)
   * }
   */
  bulkGeneratePasswordChangeTickets(
    users: FleetUsers,
    options?: BulkTicketOptions,
  ): FleetRun<BulkTicketResult, BulkTicketResult[]>

  /**
   * Sessions, sign-in methods and the risk of many users, and statistics over all of them. Changes nothing.
   *
   * Scopes: `read:users`, `read:sessions`.
   * @returns a run; awaited, a report
   * @example
   * const { statistics, userDetails } = await service.generateSecurityAuditReport(users)
   * const urgent = userDetails.filter((user) => user.riskLevel === 'high')
   */
  generateSecurityAuditReport(
    users: FleetUsers,
    options?: AuditOptions,
  ): FleetRun<AuditedUser, SecurityAuditReport>

  /**
   * Assesses many users, revokes the sessions and refresh tokens of those at high risk, and makes a password-change ticket
   * for each of them. With `lock` they are blocked first, and get no ticket unless `ticket` is true.
   *
   * Scopes: `read:users`, `read:sessions`, `delete:sessions`, `create:user_tickets`; `update:users` for `lock`,
   * `delete:refresh_tokens` for refresh tokens.
   * @returns a run: `{ action, riskLevel }` each
   * @example
   * const redirectUrl = 'https://app.example.com/password-reset-complete'
   * for await (const result of service.emergencySecurityResponse(users, { redirectUrl, minRiskLevel: 'low' })) {
   *   if (result.passwordResetUrl) await sendEmail(result.userEmail, result.passwordResetUrl)
   * }
   */
  emergencySecurityResponse(
    users: FleetUsers,
    options: EmergencyOptions,
  ): FleetRun<EmergencyResult, EmergencyResult[]>

  /**
   * Checks credentials, audience, the scopes that each method needs, session management and the custom
   * domain, and reports how to fix what is misconfigured. A finding that is `ok` but has a `hint` names an optional
   * scope that is not granted. Changes nothing.
   *
   * Scopes: none; it reports missing scopes method by method.
   * @returns what is misconfigured, and how to fix it
   * @example
   * const { ok, findings } = await service.checkConfiguration()
   * for (const finding of findings) if (!finding.ok) console.error(finding.message, finding.hint)
   */
  checkConfiguration(options?: CheckOptions): Promise<ConfigurationReport>

  /**
   * Closes pooled connections; a later call opens new ones. A service never keeps the process alive, even if it is not
   * closed. When the last open service of a tenant is closed, the process forgets what it has learned about the tenant's
   * rate limits; used states and refused credentials are remembered until they expire.
   *
   * Scopes: none.
   * @returns nothing; closes pooled connections
   * @example
   * process.once('SIGTERM', () => service.close())
   */
  close(): Promise<void>

  /**
   * The same as {@link Auth0UserSecurityService.close}, for `await using`.
   * @example
   * await using service = new Auth0UserSecurityService(config)
   */
  [Symbol.asyncDispose](): Promise<void>
}

/** Details of an error. */
export interface ErrorDetails {
  /**
   * With a code other than that of the class, `isInstance` does not recognize a clone of the error.
   * @default the code of the class
   */
  code?: string | undefined
  /** The method that failed. */
  operation?: string | undefined
  /** The underlying error. */
  cause?: unknown
  /** Fields of the class, such as `userIds`. */
  [field: string]: unknown
}

/** The base class of all errors of this library. No message, field or JSON contains a secret. */
export declare class Auth0UserSecurityError extends Error {
  /** For the library itself, and for tests of your error handling. */
  constructor(message: string, details?: ErrorDetails)
  /** A stable code, such as `"ERR_USER_NOT_FOUND"`. */
  readonly code: string
  /** The method that failed, such as `"findUserSessions"`. */
  readonly operation?: string
  /**
   * What the operation had changed when it failed. Present whenever something was changed, or may have been.
   */
  readonly effects?: readonly Effect[]
  /**
   * Auth0's own explanation of a refusal, such as `"The connection is disabled."`: at most 300 characters, without
   * control characters, and with the secrets of the request masked. For your logs, not for your users: it may name
   * users, settings and the tenant. Neither `message` nor `toJSON()` contains it.
   */
  readonly description?: string
  /**
   * The id of the call, as in log lines and audit events and, for changes, in the tenant's log. Absent if the call failed
   * before it began, as with an invalid setting.
   */
  readonly correlationId?: string
  /** Name, message, code and fields; no stack, no cause, no `description`. */
  toJSON(): Record<string, unknown>
  /**
   * Like `instanceof`, but also true for errors from another copy of this package, for errors that were cloned
   * between threads, and for the objects that `toJSON()` returns: those are recognized by class and code together.
   * A foreign error with the same name, such as a `DOMException` named `"TimeoutError"`, does not match. Never throws.
   */
  static isInstance<T extends typeof Auth0UserSecurityError>(
    this: T,
    value: unknown,
  ): value is InstanceType<T>
}

/**
 * A setting is invalid, or Auth0 rejected the credentials, the audience or the grant. Code `ERR_CONFIGURATION`.
 * Rejected credentials are retried after one second, doubling up to thirty; until then all calls in the process fail
 * immediately with the same error.
 */
export declare class ConfigurationError extends Auth0UserSecurityError {
  /** The invalid setting, such as `"domain"` or `"retry.maxAttempts"`. */
  readonly field?: string
  /** How to fix it. */
  readonly hint: string
}

/** No user has this id or email. Code `ERR_USER_NOT_FOUND`. */
export declare class UserNotFoundError extends Auth0UserSecurityError {
  /** What is visibly wrong with the id or email, such as a missing @. */
  readonly hint?: string
}

/** Several accounts share the email. Code `ERR_AMBIGUOUS_USER`. */
export declare class AmbiguousUserError extends Auth0UserSecurityError {
  /** The Auth0 user ids of all of them, sorted. */
  readonly userIds: string[]
}

/**
 * The session does not exist or belongs to another user; the error does not say which. Code `ERR_SESSION_NOT_FOUND`.
 */
export declare class SessionNotFoundError extends Auth0UserSecurityError {}

/** An account was not connected or disconnected. Code `ERR_ACCOUNT_LINKING`. */
export declare class AccountLinkingError extends Auth0UserSecurityError {
  /** The rule that prevented it, from a closed list. */
  readonly reason: LinkingReason
}

/** A rule that protects an account prevented the call. Code `ERR_ACCOUNT_PROTECTION`. */
export declare class AccountProtectionError extends Auth0UserSecurityError {
  /** The rule, from a closed list. */
  readonly reason: ProtectionReason
}

/**
 * A {@link FleetRun} ended before its list did, because of `stopOnError` or `stopAfterFailures`. What had begun was
 * finished. Code `ERR_FLEET_STOPPED`.
 */
export declare class FleetStoppedError extends Auth0UserSecurityError {
  /** The counts, and the code of the failure in `summary.stopped`. */
  readonly summary: FleetSummary
}

/** A call to Auth0 failed. Code `ERR_AUTH0_API`. */
export declare class Auth0ApiError extends Auth0UserSecurityError {
  /**
   * The HTTP status; 0 if there was no response. With `attempts: 0`, the status with which Auth0 would have responded,
   * determined without a request.
   */
  readonly statusCode: number
  /** Auth0's own code, such as `"invalid_body"`, if it sent one. */
  readonly errorCode?: string
  /** The HTTP method. */
  readonly method: string
  /** The path template without ids, such as `"/api/v2/sessions/{id}"`. */
  readonly endpoint: string
  /** The number of requests that were sent. */
  readonly attempts: number
  /**
   * How long to wait before calling again, in milliseconds, as given by Auth0 or derived from its rate limit; at least
   * 1,000 if the rate limit is the reason.
   */
  readonly retryAfterMs?: number
}

/** The access token lacks a scope. Code `ERR_INSUFFICIENT_SCOPE`. */
export declare class InsufficientScopeError extends Auth0ApiError {
  /** The scopes that the endpoint needs. */
  readonly requiredScopes: string[]
}

/** The tenant's plan or settings do not include the feature. Code `ERR_FEATURE_UNAVAILABLE`. */
export declare class FeatureUnavailableError extends Auth0ApiError {}

/** Auth0's rate limit does not allow the call before its deadline. Code `ERR_RATE_LIMIT`. */
export declare class RateLimitError extends Auth0ApiError {}

/** Auth0 could not be reached, or the connection broke. Code `ERR_NETWORK`. */
export declare class NetworkError extends Auth0ApiError {
  /** Why there was no response; absent if nothing was sent, or if the system reports another reason. */
  readonly reason?: NetworkReason
}

/** The deadline of the call passed. Code `ERR_TIMEOUT`. */
export declare class TimeoutError extends Auth0ApiError {}

