/**
 * An Auth0 tenant on loopback, for tests and demos: {@link startTenant} starts one.
 * @module @archie/auth0-tenant-emulator
 */

/** A JSON object whose further members are those of Auth0's Management API. */
type Json = Record<string, unknown>;
/** One value, or several where the request named it several times. */
type Many<T> = T | T[];

/** Whose published rate limits hold: Auth0's for that plan, or none. */
export type Plan = "unlimited" | "free" | "essentials" | "enterprise";

/** How a tenant is started. An option that does not exist is a `TypeError`. */
export interface TenantOptions {
  /** Address to listen on, `127.0.0.1` unless given. */
  host?: string;
  /** Port to listen on; a free one unless given. */
  port?: number;
  /** False, that is HTTP, unless given. True: HTTPS with an authority of the tenant's own, HTTP/2 and HTTP/1.1. */
  https?: boolean | HttpsOptions;
  /** In HTTPS mode, whether HTTP/2 is offered beside HTTP/1.1; true unless given. */
  http2?: boolean;
  /** What the tenant calls itself, when it is reached through a proxy: `your-tenant.auth0.com`. Needs `https`. */
  domain?: string;
  /** Other hosts that the tenant answers for, each with its own issuer. */
  customDomains?: string[];
  /** Client id of the default application; always the same one unless given. */
  clientId?: string;
  /** Client secret of the default application; 64 random characters unless given. */
  clientSecret?: string;
  /** Overrides of the default application: authentication method, public keys, grant types, … */
  client?: SeedClient;
  /** Scopes of the Management API granted to the default application; all unless given. */
  scopes?: string[];
  /** Lifetime of access tokens for an API in seconds, 86400 unless given. */
  tokenLifetime?: number;
  /** Lifetime of ID tokens in seconds, 36000 unless given. */
  idTokenLifetime?: number;
  /** Seconds that a login's session lives unused, 72 hours unless given. */
  sessionIdleLifetime?: number;
  /** Seconds that a login's session lives at most, 168 hours unless given. */
  sessionLifetime?: number;
  /** Allowed callback URLs of the default application; `/callback` on port 3000 of loopback unless given. */
  callbacks?: string[];
  /** Where logout of the default application may lead; port 3000 of loopback unless given. */
  logoutUrls?: string[];
  /** Replaces the default people, sessions and tokens. */
  seed?: Seed;
  /** What to do otherwise where Auth0's documents leave room. */
  quirks?: Partial<Quirks>;
  /** The same identifiers on every run, for the same text. */
  deterministic?: string;
  /** Milliseconds until an accepted delete is done, 0 unless given. */
  deleteDelay?: number;
  /** Milliseconds until the search for users sees a write of the Management API, 0 unless given. */
  searchDelay?: number;
  /** Rate limits; `unlimited` unless given. */
  plan?: Plan;
  /** Whether sessions and refresh tokens can be managed; not on `free` and `essentials` unless given. */
  sessionManagement?: boolean;
  /** How many requests to remember, 20000 unless given. */
  recordLimit?: number;
  /** Called once for each request, when it was answered or came to its end otherwise. */
  onRequest?: (request: RecordedRequest) => void;
}

/** What the certificate of the HTTPS mode says. */
export interface HttpsOptions {
  /** Further names and addresses in the certificate. */
  hosts?: string[];
  /** Leaves out loopback and the tenant's own domain; false unless given. */
  onlyHosts?: boolean;
  /** A certificate that ran out yesterday; false unless given. */
  expired?: boolean;
}

/** What the tenant does where Auth0's documents are silent or disagree. A flag is false unless it says otherwise. */
export interface Quirks {
  /** Status of a bad authorization code; 403 unless given. */
  codeErrorStatus: 400 | 403;
  /** A bad client secret is `invalid_client` instead of `access_denied`. */
  invalidClient: boolean;
  /** A secret counts only in the place configured for the client. */
  oneSecretMethod: boolean;
  /** Accepts PKCE by `plain`. */
  plainPkce: boolean;
  /** Status of deleting a refresh token; 202 unless given. */
  deleteRefreshTokenStatus: 202 | 204;
  /** Tickets may carry `result_url` and `client_id` together. */
  resultUrlWithClientId: boolean;
  /** Ticket pages of Classic Universal Login, which go on to `result_url`. */
  classicLogin: boolean;
  /** 429 answers carry `Retry-After`. */
  retryAfter: boolean;
  /** Rows of the largest page, whatever was asked for; 100 unless given. */
  maxPageSize: number;
  /** A `next` cursor even when nothing is left. */
  trailingCursor: boolean;
  /** Session lists hold expired sessions too; true, so that a client must look at the dates. */
  listExpiredSessions: boolean;
  /** Revoking a session or access needs both of its scopes; true. */
  revokeNeedsBothScopes: boolean;
  /** Linking ends the sessions and refresh tokens that the secondary account had. */
  linkEndsAccess: boolean;
  /** `email_verified` as a string. */
  stringEmailVerified: boolean;
  /** Identity ids made of digits as numbers. */
  numericIdentityIds: boolean;
}

/** A user as the Management API shows it, with the password beside it. What is left out is completed. */
export type SeedUser = Json & {
  /** `provider|id`; a new one of the database unless given. */
  user_id?: string;
  /** The address, in the case in which it is to be stored. */
  email?: string;
  /** For users of a database; never shown by the API. */
  password?: string;
  /** The connection that the account is of; the provider's own unless given. */
  connection?: string;
};
/** A session as the Management API shows it. */
export type SeedSession = Json & {
  /** A new one unless given. */
  id?: string;
  /** Whose it is: a user of the seed or of the tenant. */
  user_id: string;
};
/** A refresh token as the Management API shows it, with the token itself beside it. */
export type SeedRefreshToken = Json & {
  /** A new one unless given. */
  id?: string;
  /** Whose it is: a user of the seed or of the tenant. */
  user_id: string;
  /** What a client presents at `/oauth/token`; a random one unless given. */
  token?: string;
};
/** A connection that people sign in by. */
export type SeedConnection = Json & {
  /** Its name, as requests give it in `connection`. */
  name: string;
  /** `auth0` for a database, otherwise the provider; the name unless given. */
  strategy?: string;
  /** `con_` and 16 letters or digits; a new one unless given. */
  id?: string;
};
/** An API that access tokens can be asked for, beside the Management API. */
export type SeedApi = {
  /** Its audience. */
  identifier: string;
  /** The scopes that it knows; none unless given. */
  scopes?: string[];
  /** Lifetime of its access tokens in seconds. */
  token_lifetime?: number;
};
/** An application as the Management API shows it. */
export type SeedClient = Json & {
  /** A new one unless given. */
  client_id?: string;
  /** A random one unless given. */
  client_secret?: string;
  /** Its allowed callback URLs. */
  callbacks?: string[];
};
/** A second factor or passkey as the Management API shows it. */
export type SeedAuthenticationMethod = Json & {
  /** A new one unless given. */
  id?: string;
  /** Whose it is: a user of the seed or of the tenant. */
  user_id: string;
  /** `totp`, `phone`, `passkey`, … as Auth0 names it. */
  type: string;
};
/** An address that a user is blocked from, by brute-force protection. */
export type SeedBlock = {
  /** The user who is blocked. */
  user_id: string;
  /** What was typed as user name or email. */
  identifier: string;
  /** The IP address from which the attempts came. */
  ip?: string;
  /** The connection at which they were made. */
  connection?: string;
};

/** Rows to begin with, in the shape that the Management API answers with. Checked by `seed.schema.json`. */
export interface Seed {
  /** For editors: the path of `seed.schema.json`. */
  $schema?: string;
  /** Connections; the seven standard ones unless given. */
  connections?: SeedConnection[];
  /** APIs beside the Management API. */
  apis?: SeedApi[];
  /** Applications beside the default one. */
  clients?: SeedClient[];
  /** Users, with their identities. */
  users?: SeedUser[];
  /** Sessions of these users. */
  sessions?: SeedSession[];
  /** Refresh tokens of these users. */
  refreshTokens?: SeedRefreshToken[];
  /** Second factors and passkeys of these users. */
  authenticationMethods?: SeedAuthenticationMethod[];
  /** Blocks of these users. */
  blocks?: SeedBlock[];
}

/** A request as it was on the wire, and what became of it. */
export interface RecordedRequest {
  /** The first request since the start has 0. */
  readonly number: number;
  /** When, by the tenant's clock. */
  readonly at: Date;
  /** `GET`, `POST`, … */
  readonly method: string;
  /** The request target, byte for byte. */
  readonly url: string;
  /** `/api/v2/users/{id}`; undefined for an unknown route. */
  readonly template?: string;
  /** The OpenAPI operation id. */
  readonly operation?: string;
  /** The ids in the path, decoded. */
  readonly params: Record<string, string>;
  /** The query, decoded. */
  readonly query: Record<string, Many<string>>;
  /** Headers by lower-case name. */
  readonly headers: Record<string, Many<string> | undefined>;
  /** Names and values in turn, as received. */
  readonly rawHeaders: string[];
  /** `1.1` or `2.0`. */
  readonly httpVersion: string;
  /** The body as text; empty when there was none. */
  readonly body: string;
  /** The body as JSON, or undefined. */
  readonly json: any;
  /** The status of the answer; undefined when there was none. */
  readonly status?: number;
  /** The headers of the answer. */
  readonly responseHeaders?: Record<string, unknown>;
  /** The body of the answer as text. */
  readonly responseBody?: string;
  /** The body of the answer as JSON, or undefined. */
  readonly responseJson: any;
  /** Not over yet; answered in full; or cut off by a fault or by the client. */
  readonly outcome: "pending" | "answered" | "faulted";
  /** The fault that it met. */
  readonly fault?: Fault;
  /** Milliseconds of real time until it was over. */
  readonly durationMs?: number;
}

/** The tenant's time: real time plus what it was moved by. Everything that ends goes by it. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Whole seconds since the epoch, as tokens count. */
  seconds(): number;
  /** An Auth0 timestamp, `delta` milliseconds from now. */
  iso(delta?: number): string;
  /** Moves the time on, and returns it in milliseconds since the epoch. */
  advance(milliseconds: number): number;
  /** Moves the time to that moment, and returns it in milliseconds since the epoch. */
  set(date: Date | string | number): number;
  /** Stops the time. */
  freeze(): void;
  /** Lets it run again, from where it stopped. */
  resume(): void;
}

/** How an answer goes wrong. Several may be combined. */
export interface Fault {
  /** Milliseconds to wait before anything else. */
  delay?: number;
  /** This status instead of the work; after the work with `commit`. */
  status?: number;
  /** Headers of the answer that `status` or `body` makes. */
  headers?: Record<string, string>;
  /** Text as it stands, or an object sent as JSON; the usual error unless given. */
  body?: string | object;
  /** The work is done before `status`, `body`, `reset` or `hang`. */
  commit?: boolean;
  /** The connection is reset. */
  reset?: boolean | "before" | "after";
  /** No answer, or only half of its body. */
  hang?: boolean | "before" | "after" | "body";
  /** Ends after so many bytes, or half of them. */
  truncate?: boolean | number;
  /** The body comes slowly. */
  drip?: {
    /** Bytes at a time; 1 unless given. */
    bytes?: number;
    /** Milliseconds between them; 10 unless given. */
    every?: number;
  };
  /** At least so many bytes, padded with white space. */
  huge?: number;
  /** Properties left out, wherever they are. */
  missing?: string[];
  /** Properties set to null, wherever they are. */
  nulls?: string[];
  /** Properties of another type; all values with `true`. */
  wrongTypes?: true | string[];
  /** `next` always leads to the same page. */
  repeatCursor?: boolean;
  /** Any other change of the JSON. */
  change?: (body: any) => any;
}

/** A fault that waits for requests. */
export interface FaultHandle {
  /** How many more requests will meet it. */
  readonly remaining: number;
  /** How many requests have met it. */
  readonly hits: number;
  /** Takes it away. */
  remove(): void;
}

/** Operation id, `METHOD /template`, `/template`, `*`, a pattern for `METHOD url`, or a function. */
export type FaultMatch = string | RegExp | ((request: RecordedRequest) => boolean);

/** What the person does on the pages. */
export interface SignIn {
  /** Who signs in where a page asks; a linked identity's own id works too. */
  as?: string;
  /** The known password unless given. */
  password?: string;
  /** Refuses instead. */
  deny?: boolean;
}

/** What a callback received. Its parameters are also members of the result. */
export interface Callback {
  /** The callback URL as the browser was sent to it. */
  url: string;
  /** Its parameters, from query, fragment or posted form. */
  params: Record<string, string>;
  /** The authorization code, when the login succeeded. */
  code?: string;
  /** The `state` of the request. */
  state?: string;
  /** OAuth's error code, such as `access_denied`, when the login did not succeed. */
  error?: string;
  /** The error in words. */
  error_description?: string;
  /** Any other parameter. */
  [parameter: string]: any;
}

/** Parameters of `/authorize`. */
export interface AuthorizeUrlOptions {
  /** `client_id`: the default application's unless given. */
  clientId?: string;
  /** `redirect_uri`: the first of `callbacks` unless given. */
  redirectUri?: string;
  /** `openid profile email` unless given. */
  scope?: string;
  /** The connection to sign in by; the person chooses unless given. */
  connection?: string;
  /** Comes back to the callback. */
  state?: string;
  /** Comes back in the ID token. */
  nonce?: string;
  /** Any other parameter of /authorize. */
  params?: Record<string, string>;
}

/** Who signs in, and to what. */
export interface LoginOptions extends AuthorizeUrlOptions, Omit<SignIn, "as"> {
  /** The id of the user who signs in; a linked identity's own id works too. */
  user: string;
}

/** A person at a browser with a cookie jar. */
export interface Browser {
  /** Goes from `/authorize` through the real pages over HTTP, and stops at the callback, which need not exist. */
  authorize(url: string | URL, how?: SignIn): Promise<Callback>;
}

/** A running tenant: what to configure, what it saw, and how to steer it. */
export interface Tenant extends AsyncDisposable {
  /** What to configure as the Auth0 domain: with `http://` in HTTP mode, bare in HTTPS mode. */
  readonly domain: string;
  /** The same with its scheme. */
  readonly origin: string;
  /** Where it listens. */
  readonly url: string;
  /** In HTTPS mode, the authority to trust, PEM. */
  readonly ca?: string;
  /** The `iss` of its tokens. */
  readonly issuer: string;
  /** The audience of its Management API. */
  readonly audience: string;
  /** Client id of the default application. */
  readonly clientId: string;
  /** Client secret of the default application: the latest after `rotateSecret`. */
  readonly clientSecret: string;
  /** Its time, which can be moved. */
  readonly clock: Clock;
  /** The requests so far, the oldest first: at most `recordLimit`. */
  readonly requests: RecordedRequest[];
  /** All requests ever, also those forgotten. */
  readonly requestCount: number;
  /** Every route that it answers. */
  readonly routes: {
    /** `GET`, `POST`, … */
    method: string;
    /** The path, such as `/api/v2/users/{id}`. */
    template: string;
    /** The OpenAPI operation id, for routes of the Management API. */
    operation?: string;
  }[];
  /** Forgets the requests so far; `requestCount` goes on. */
  clearRequests(): void;
  /**
   * Back to the seed, to real time and to the first deterministic identifier: full buckets, no request
   * remembered, no fault waiting. API tokens stay good.
   */
  reset(): void;

  /** Adds a seed's rows, or those of the default one. */
  loadSeed(seed?: Seed): void;
  /** One user as the API shows it, or undefined. */
  user(id: string): any;
  /** All users. */
  users(): any[];
  /** One session, or undefined. */
  session(id: string): any;
  /** All sessions, or those of one user. What an accepted delete has taken by now is gone. */
  sessions(userId?: string): any[];
  /** All refresh tokens, or those of one user. */
  refreshTokens(userId?: string): any[];
  /** All second factors and passkeys, or those of one user. */
  authenticationMethods(userId?: string): any[];
  /** The tenant log, or its entries about one user. */
  logs(userId?: string): any[];
  /** All connections. */
  connections(): any[];
  /** Adds a user and returns the completed row. */
  addUser(user: SeedUser): any;
  /** With everything that is the user's. */
  removeUser(id: string): boolean;
  /** Adds a session and returns the completed row. */
  addSession(session: SeedSession): any;
  /** Adds a refresh token and returns the completed row. */
  addRefreshToken(token: SeedRefreshToken): any;
  /** Adds a connection and returns the completed row. */
  addConnection(connection: SeedConnection): any;
  /** Adds an application and returns the completed row. */
  addClient(client: SeedClient): any;
  /** Adds an API and returns its row. */
  addApi(api: SeedApi): any;
  /** Adds a second factor or passkey and returns the completed row. */
  addAuthenticationMethod(method: SeedAuthenticationMethod): any;
  /** Adds a block and returns its row. */
  addBlock(block: SeedBlock): any;

  /** Scopes of the default application from its next token on. */
  setScopes(scopes: string[]): void;
  /** Another plan's rate limits, and its session management unless the option says otherwise. */
  setPlan(plan: Plan): void;
  /** Gives the default application another secret, a random one unless given, and returns it. The old one fails at once. */
  rotateSecret(secret?: string): string;
  /** Signs with a new key; the old one stays in the key set unless it is revoked. */
  rotateKeys(options?: { revoke?: boolean }): Promise<string>;
  /** Finishes every accepted delete now. */
  settle(): void;

  /** Lets requests to come fail, once unless `times` says more. */
  fault(match: FaultMatch, what: Fault, times?: number): FaultHandle;
  /** Takes all faults away. */
  clearFaults(): void;

  /** A browser with a cookie jar of its own, for single sign-on; Firefox on Linux unless given. */
  browser(options?: { userAgent?: string }): Browser;
  /** Signs in with a new browser: see {@link Browser.authorize}. */
  authorize(url: string | URL, how?: SignIn): Promise<Callback>;
  /** The same for the default application, with the URL made by `authorizeUrl`. */
  login(options: LoginOptions): Promise<Callback>;
  /** A URL of `/authorize`, for the default application unless given. */
  authorizeUrl(options?: AuthorizeUrlOptions): string;
  /** Stops listening and ends all connections. */
  close(): Promise<void>;
}

/**
 * Starts an Auth0 tenant on loopback. It serves until `close`, and keeps the process alive so long.
 * @example
 * const tenant = await startTenant();
 * const { domain, clientId, clientSecret } = tenant;
 */
export function startTenant(options?: TenantOptions): Promise<Tenant>;

/** A running proxy. */
export interface Proxy extends AsyncDisposable {
  /** Where it listens: the value of `HTTPS_PROXY`, without credentials. */
  readonly url: string;
  /** Every CONNECT so far, the oldest first. */
  readonly connections: {
    /** `host:port` as asked for. */
    target: string;
    /** Whether it was let through. */
    allowed: boolean;
  }[];
  /** Stops listening and ends all connections. */
  close(): Promise<void>;
}

/** An HTTP proxy that leads `host:port` to a tenant and refuses everything else. */
export function startProxy(options: {
  /** Which tenant answers for which `host:port`. */
  routes: Record<string, { url: string }>;
  /** `user:password`, without which the proxy answers 407. */
  credentials?: string;
  /** Address to listen on, `127.0.0.1` unless given. */
  host?: string;
  /** Port to listen on; a free one unless given. */
  port?: number;
}): Promise<Proxy>;

/**
 * Rows of many live sessions of one user, the most recently used first, a minute apart.
 * @param options `now`: when the first was last used, in milliseconds since the epoch; real time unless given
 */
export function manySessions(
  userId: string,
  count: number,
  options?: { now?: number },
): SeedSession[];
/**
 * Rows of many refresh tokens of one user, the newest first, a minute apart.
 * @param options `now`: when the first was made, in milliseconds since the epoch; real time unless given
 */
export function manyRefreshTokens(
  userId: string,
  count: number,
  options?: { now?: number },
): SeedRefreshToken[];
/** Rows of many users of the database: `person0@example.com`, `person1@example.com`, … */
export function manyUsers(count: number): SeedUser[];

/** User agents of common devices, for `browser` and for sessions. */
export const USER_AGENTS: Record<
  | "chromeWindows"
  | "safariIphone"
  | "firefoxLinux"
  | "androidTablet"
  | "androidPhone"
  | "edgeWindows"
  | "safariMac"
  | "googlebot",
  string
>;

/** Ids of the people in the default seed. */
export const PEOPLE: Record<
  | "ada"
  | "grace"
  | "linus"
  | "sharedDatabase"
  | "sharedGoogle"
  | "upperCase"
  | "linked"
  | "sms"
  | "blocked",
  string
>;

/** Ids of some sessions in the default seed. */
export const SESSIONS: Record<"adaWindows" | "adaIphone" | "adaExpired" | "graceTablet", string>;
