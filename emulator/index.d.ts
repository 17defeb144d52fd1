/** An Auth0 tenant on loopback. See README.md. */

type Json = Record<string, unknown>;
type Many<T> = T | T[];

export type Plan = "unlimited" | "free" | "essentials" | "enterprise";

export interface TenantOptions {
  /** Address to listen on, `127.0.0.1` unless given. */
  host?: string;
  /** Port to listen on; a free one unless given. */
  port?: number;
  /** HTTPS with an authority of the tenant's own, HTTP/2 and HTTP/1.1. */
  https?: boolean | HttpsOptions;
  /** False offers HTTP/1.1 only. */
  http2?: boolean;
  /** What the tenant calls itself, when it is reached through a proxy: `your-tenant.auth0.com`. */
  domain?: string;
  /** Other hosts that the tenant answers for, each with its own issuer. */
  customDomains?: string[];
  clientId?: string;
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
  /** Allowed callback URLs of the default application. */
  callbacks?: string[];
  /** Where logout of the default application may lead. */
  logoutUrls?: string[];
  /** Replaces the default people, sessions and tokens. */
  seed?: Seed;
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
  /** Called when a request was answered. */
  onRequest?: (request: RecordedRequest) => void;
}

export interface HttpsOptions {
  /** Further names and addresses in the certificate. */
  hosts?: string[];
  /** Leaves out loopback and the tenant's own domain. */
  onlyHosts?: boolean;
  /** A certificate that ran out yesterday. */
  expired?: boolean;
}

/** What the tenant does where Auth0's documents are silent or disagree. */
export interface Quirks {
  /** Status of a bad authorization code; 403. */
  codeErrorStatus: 400 | 403;
  /** A bad client secret is `invalid_client` instead of `access_denied`. */
  invalidClient: boolean;
  /** A secret counts only in the place configured for the client. */
  oneSecretMethod: boolean;
  /** Accepts PKCE by `plain`. */
  plainPkce: boolean;
  /** Status of deleting a refresh token; 202. */
  deleteRefreshTokenStatus: 202 | 204;
  /** Tickets may carry `result_url` and `client_id` together. */
  resultUrlWithClientId: boolean;
  /** Ticket pages of Classic Universal Login, which go on to `result_url`. */
  classicLogin: boolean;
  /** 429 answers carry `Retry-After`. */
  retryAfter: boolean;
  /** Largest page, whatever was asked for; 100. */
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

export type SeedUser = Json & {
  user_id?: string;
  email?: string;
  password?: string;
  connection?: string;
};
export type SeedSession = Json & { id?: string; user_id: string };
export type SeedRefreshToken = Json & { id?: string; user_id: string; token?: string };
export type SeedConnection = Json & { name: string; strategy?: string; id?: string };
export type SeedApi = { identifier: string; scopes?: string[]; token_lifetime?: number };
export type SeedClient = Json & {
  client_id?: string;
  client_secret?: string;
  callbacks?: string[];
};
export type SeedAuthenticationMethod = Json & { id?: string; user_id: string; type: string };
export type SeedBlock = { user_id: string; identifier: string; ip?: string; connection?: string };

export interface Seed {
  $schema?: string;
  connections?: SeedConnection[];
  apis?: SeedApi[];
  clients?: SeedClient[];
  users?: SeedUser[];
  sessions?: SeedSession[];
  refreshTokens?: SeedRefreshToken[];
  authenticationMethods?: SeedAuthenticationMethod[];
  blocks?: SeedBlock[];
}

export interface RecordedRequest {
  readonly number: number;
  /** When, by the tenant's clock. */
  readonly at: Date;
  readonly method: string;
  /** The request target, byte for byte. */
  readonly url: string;
  /** `/api/v2/users/{id}`; undefined for an unknown route. */
  readonly template?: string;
  /** The OpenAPI operation id. */
  readonly operation?: string;
  readonly params: Record<string, string>;
  readonly query: Record<string, Many<string>>;
  readonly headers: Record<string, Many<string> | undefined>;
  readonly rawHeaders: string[];
  readonly httpVersion: string;
  readonly body: string;
  /** The body as JSON, or undefined. */
  readonly json: any;
  readonly status?: number;
  readonly responseHeaders?: Record<string, unknown>;
  readonly responseBody?: string;
  readonly responseJson: any;
  readonly outcome: "pending" | "answered" | "faulted";
  readonly fault?: Fault;
  readonly durationMs?: number;
}

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  seconds(): number;
  /** An Auth0 timestamp, `delta` milliseconds from now. */
  iso(delta?: number): string;
  advance(milliseconds: number): number;
  set(date: Date | string | number): number;
  freeze(): void;
  resume(): void;
}

/** How an answer goes wrong. Several may be combined. */
export interface Fault {
  /** Milliseconds to wait before anything else. */
  delay?: number;
  /** This status instead of the work; after the work with `commit`. */
  status?: number;
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
  /** So many bytes every so many milliseconds. */
  drip?: { bytes?: number; every?: number };
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

export interface FaultHandle {
  readonly remaining: number;
  readonly hits: number;
  remove(): void;
}

/** Operation id, `METHOD /template`, `/template`, `*`, a pattern for `METHOD url`, or a function. */
export type FaultMatch = string | RegExp | ((request: RecordedRequest) => boolean);

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
  url: string;
  params: Record<string, string>;
  code?: string;
  state?: string;
  error?: string;
  error_description?: string;
  [parameter: string]: any;
}

export interface AuthorizeUrlOptions {
  clientId?: string;
  redirectUri?: string;
  scope?: string;
  connection?: string;
  state?: string;
  nonce?: string;
  /** Any other parameter of /authorize. */
  params?: Record<string, string>;
}

export interface LoginOptions extends AuthorizeUrlOptions, Omit<SignIn, "as"> {
  user: string;
}

/** A person at a browser with a cookie jar. */
export interface Browser {
  authorize(url: string | URL, how?: SignIn): Promise<Callback>;
}

export interface Tenant extends AsyncDisposable {
  /** What to configure as the Auth0 domain: with `http://` in HTTP mode, bare in HTTPS mode. */
  readonly domain: string;
  readonly origin: string;
  /** Where it listens. */
  readonly url: string;
  /** In HTTPS mode, the authority to trust, PEM. */
  readonly ca?: string;
  readonly issuer: string;
  readonly audience: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly clock: Clock;
  readonly requests: RecordedRequest[];
  /** All requests ever, also those forgotten. */
  readonly requestCount: number;
  readonly routes: { method: string; template: string; operation?: string }[];
  clearRequests(): void;
  /**
   * Back to the seed, to real time and to the first deterministic identifier: full buckets, no request
   * remembered, no fault waiting. API tokens stay good.
   */
  reset(): void;

  /** Adds a seed's rows, or those of the default one. */
  loadSeed(seed?: Seed): void;
  user(id: string): any;
  users(): any[];
  session(id: string): any;
  sessions(userId?: string): any[];
  refreshTokens(userId?: string): any[];
  authenticationMethods(userId?: string): any[];
  logs(userId?: string): any[];
  connections(): any[];
  addUser(user: SeedUser): any;
  /** With everything that is the user's. */
  removeUser(id: string): boolean;
  addSession(session: SeedSession): any;
  addRefreshToken(token: SeedRefreshToken): any;
  addConnection(connection: SeedConnection): any;
  addClient(client: SeedClient): any;
  addApi(api: SeedApi): any;
  addAuthenticationMethod(method: SeedAuthenticationMethod): any;
  addBlock(block: SeedBlock): any;

  /** Scopes of the default application from its next token on. */
  setScopes(scopes: string[]): void;
  /** Another plan's rate limits, and its session management unless the option says otherwise. */
  setPlan(plan: Plan): void;
  rotateSecret(secret?: string): string;
  /** Signs with a new key; the old one stays in the key set unless it is revoked. */
  rotateKeys(options?: { revoke?: boolean }): Promise<string>;
  /** Finishes every accepted delete now. */
  settle(): void;

  /** Lets requests to come fail, once unless `times` says more. */
  fault(match: FaultMatch, what: Fault, times?: number): FaultHandle;
  clearFaults(): void;

  browser(options?: { userAgent?: string }): Browser;
  authorize(url: string | URL, how?: SignIn): Promise<Callback>;
  login(options: LoginOptions): Promise<Callback>;
  authorizeUrl(options?: AuthorizeUrlOptions): string;
  close(): Promise<void>;
}

export function startTenant(options?: TenantOptions): Promise<Tenant>;

export interface Proxy extends AsyncDisposable {
  readonly url: string;
  /** Every CONNECT: where to, and whether it was let through. */
  readonly connections: { target: string; allowed: boolean }[];
  close(): Promise<void>;
}

/** An HTTP proxy that leads `host:port` to a tenant and refuses everything else. */
export function startProxy(options: {
  routes: Record<string, { url: string }>;
  /** `user:password`, without which the proxy answers 407. */
  credentials?: string;
  host?: string;
  port?: number;
}): Promise<Proxy>;

export function manySessions(
  userId: string,
  count: number,
  options?: { now?: number },
): SeedSession[];
export function manyRefreshTokens(
  userId: string,
  count: number,
  options?: { now?: number },
): SeedRefreshToken[];
export function manyUsers(count: number): SeedUser[];

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
