/**
 * An Auth0 tenant on loopback, for tests and demos: {@link startTenant} starts one.
 * @module @archie/auth0-tenant-emulator
 */

/** A JSON object that may have any other member from Auth0's Management API. */
type Json = Record<string, unknown>;
/** One value, or a list if the request sent the name more than once. */
type Many<T> = T | T[];

/**
 * Which rate limits apply: those that Auth0 publishes for that plan, or none. `private-cloud` is the tier of 100 requests a
 * second. The Management API has half the requests of a tier: up to 5,000 a second.
 */
export type Plan =
  | "unlimited"
  | "free"
  | "essentials"
  | "enterprise"
  | "private-cloud"
  | "private-cloud-500"
  | "private-cloud-1500"
  | "private-cloud-3000"
  | "private-cloud-6000"
  | "private-cloud-10000";

/** A token bucket. */
export interface RateLimit {
  /** How many requests can be made at once. */
  burst: number;
  /** How many requests are added back per second. */
  perSecond: number;
}

/** Rate limits in place of those of the plan: of the two APIs, and of the groups of their endpoints. */
export interface RateLimitOptions {
  /** Of the whole Management API. */
  management?: RateLimit;
  /** Of the whole Authentication API. */
  authentication?: RateLimit;
  /** Of reading users. */
  users_read?: RateLimit;
  /** Of creating and updating users. */
  users_write?: RateLimit;
  /** Of deleting users. */
  users_delete?: RateLimit;
  /** Of reading the tenant log. */
  logs_read?: RateLimit;
  /** Of deleting device credentials. */
  device_credentials_write?: RateLimit;
  /** Of all other operations of the Management API together, sessions and refresh tokens among them. */
  other?: RateLimit;
  /** Of `/oauth/token`. */
  token?: RateLimit;
  /** Of the signing keys. */
  jwks?: RateLimit;
  /** Of `/userinfo`, for each user. */
  userinfo?: RateLimit;
}

/** Options of {@link startTenant}. An unknown option is a `TypeError`. */
export interface TenantOptions {
  /** Address to listen on; `127.0.0.1` by default. */
  host?: string;
  /** Port to listen on; a free one by default. */
  port?: number;
  /** Serves HTTPS (HTTP/2 and HTTP/1.1) with a certificate authority of the tenant's own; false by default. */
  https?: boolean | HttpsOptions;
  /** In HTTPS mode, whether to offer HTTP/2 besides HTTP/1.1; true by default. */
  http2?: boolean;
  /** What the tenant calls itself when it is reached through a proxy, such as `your-tenant.auth0.com`. Needs `https`. */
  domain?: string;
  /** What the tenant calls itself when other machines or containers reach it under another name, such as `http://auth0:4000`; `url` by default. */
  origin?: string;
  /** Other hosts that the tenant serves, each with its own issuer. */
  customDomains?: string[];
  /** Client id of the default application; a fixed one by default. */
  clientId?: string;
  /** Client secret of the default application; 64 random characters by default. */
  clientSecret?: string;
  /** Overrides properties of the default application: authentication method, public keys, grant types, … */
  client?: SeedClient;
  /** Scopes of the Management API that the default application is granted; all by default. */
  scopes?: string[];
  /** Lifetime of access tokens for an API, in whole seconds; 86400 by default. */
  tokenLifetime?: number;
  /** Lifetime of ID tokens, in seconds; 36000 by default. */
  idTokenLifetime?: number;
  /** Seconds until the session of a login expires if it is not used; 72 hours by default. */
  sessionIdleLifetime?: number;
  /** Seconds until the session of a login expires in any case; 168 hours by default. */
  sessionLifetime?: number;
  /** Allowed callback URLs of the default application, at least one; `/callback` on port 3000 of loopback by default. */
  callbacks?: string[];
  /** Allowed logout URLs of the default application; port 3000 of loopback by default. */
  logoutUrls?: string[];
  /** Allowed logout URLs of the tenant itself, for logouts that name no application; none by default. */
  tenantLogoutUrls?: string[];
  /** Replaces the default users, sessions and tokens. */
  seed?: Seed;
  /** Changes what the tenant does where Auth0's documentation is ambiguous. */
  quirks?: Partial<Quirks>;
  /** Generates the same identifiers on every run, for the same text. */
  deterministic?: string;
  /**
   * The RSA private key that signs tokens, at least 2048 bits, as PEM without a passphrase; a new one by default. Generating
   * a key takes about 0.15 s of processor time, so a test suite with many tenants runs faster with one key for all. Each
   * tenant names it by an id of its own, so it refuses the tokens of the others, unless both have the same `deterministic`
   * text and issuer. `rotateKeys` generates the next key.
   */
  signingKey?: string;
  /**
   * Milliseconds until an accepted delete takes effect; 0 by default, so that a test sees the effect at once. Auth0 takes a
   * moment: 200 shows whether a program relies on the effect before it is there.
   */
  deleteDelay?: number;
  /** Milliseconds until the user search sees a write through the Management API; 0 by default. */
  searchDelay?: number;
  /** Milliseconds until a users export can complete; 0 by default. Either way, the second poll is the first to see it. */
  exportDelay?: number;
  /** Rate limits; `unlimited` by default. */
  plan?: Plan;
  /** Replaces rate limits of the plan: `{ management: { burst: 500, perSecond: 160 } }`. */
  rateLimits?: RateLimitOptions;
  /** Whether sessions and refresh tokens can be managed; by default, not on `free` and `essentials`. */
  sessionManagement?: boolean;
  /** How many requests to remember; 20000 by default. */
  recordLimit?: number;
  /** Called once for each request, when its response was sent or its connection was closed. */
  onRequest?: (request: RecordedRequest) => void;
  /**
   * Called for every token, and for the response of `/userinfo`; returns claims to add. Names with a namespace, such as
   * `https://shop.example/roles`, and `permissions` are usual; claims that the tenant decides cannot be set. Values are those of
   * JSON. If it fails, the request gets the error `server_error`, at the callback where tokens go there, and the reason is printed
   * as a warning, once.
   */
  onToken?: (event: TokenEvent) => TokenClaims | undefined | Promise<TokenClaims | undefined>;
  /** Serves a control plane over HTTP for programs in other languages, on a port of its own; none by default. */
  control?: ControlOptions;
}

/** Claims by their names. */
export type TokenClaims = Record<string, unknown>;

/** A token that is about to be issued. */
export interface TokenEvent {
  /** What the claims are for. An opaque access token has none. */
  kind: "id_token" | "access_token" | "userinfo";
  /** A copy of the user as the Management API returns it; undefined for a token of a machine. */
  user?: any;
  /** Client id of the application. */
  clientId: string;
  /** The granted scopes. */
  scopes: string[];
  /** Identifier of the API, if the request names one. */
  audience?: string;
  /** The session of the login, if there is one. */
  sessionId?: string;
}

/** Who may control the tenant over HTTP, and where. */
export interface ControlOptions {
  /** What every request must send in the header `X-Control-Key`: at least 16 printable characters without spaces. */
  key: string;
  /** Port to listen on, at the tenant's `host`; a free one by default. */
  port?: number;
  /** Names by which programs address it, without a port, besides those of loopback and the tenant's `host`. */
  hosts?: string[];
}

/** What the certificate in HTTPS mode contains. */
export interface HttpsOptions {
  /** Further names and addresses in the certificate. */
  hosts?: string[];
  /** Omits loopback and the tenant's own domain, and needs `hosts`; false by default. */
  onlyHosts?: boolean;
  /** Serves a certificate that expired yesterday; false by default. */
  expired?: boolean;
}

/** What the tenant does where Auth0's documentation is silent or contradicts itself. Flags are false by default, unless noted. */
export interface Quirks {
  /** Status for a bad authorization code; 403 by default. */
  codeErrorStatus: 400 | 403;
  /** A wrong client secret gives `invalid_client` instead of `access_denied`. */
  invalidClient: boolean;
  /** Accepts a secret only where the client is configured to send it: in the body or the header. */
  oneSecretMethod: boolean;
  /** Accepts PKCE with `plain`. */
  plainPkce: boolean;
  /** Status for deleting a refresh token; 202 by default. */
  deleteRefreshTokenStatus: 202 | 204;
  /** Tickets accept `result_url` and `client_id` together. */
  resultUrlWithClientId: boolean;
  /** A new ticket makes older ones of the same kind for the same user invalid, as Auth0's support says. */
  newestTicketOnly: boolean;
  /** Ticket pages behave as in Classic Universal Login and redirect to `result_url`. */
  classicLogin: boolean;
  /** Responses with status 429 carry `Retry-After`. */
  retryAfter: boolean;
  /** The largest page, whatever the request asks for; 100 by default. */
  maxPageSize: number;
  /** Returns a `next` cursor even when nothing is left. */
  trailingCursor: boolean;
  /** Session lists include expired sessions, so clients must check the dates; true by default. */
  listExpiredSessions: boolean;
  /** Revoking a session or access needs both of its scopes; true by default. */
  revokeNeedsBothScopes: boolean;
  /** Blocking a user ends the user's sessions. Auth0's staff say so, but its API reference does not promise it. */
  blockEndsSessions: boolean;
  /** Linking ends the sessions and refresh tokens of the secondary account. */
  linkEndsAccess: boolean;
  /** Returns `email_verified` as a string. */
  stringEmailVerified: boolean;
  /** Returns identity ids that consist of digits as numbers. */
  numericIdentityIds: boolean;
}

/** A user as in the Management API, and a password. Whatever is missing is filled in. */
export type SeedUser = Json & {
  /** `provider|id`; a new one in the database by default. */
  user_id?: string;
  /** Stored with its case unchanged. */
  email?: string;
  /** For users of a database; the API never returns it. */
  password?: string;
  /** The connection of the account; by default the one named like the provider, or in an id such as `samlp|acme-saml|ada`. */
  connection?: string;
};
/** A session as in the Management API. */
export type SeedSession = Json & {
  /** A new one by default. */
  id?: string;
  /** Its user, who is in the seed or already in the tenant. */
  user_id: string;
  /** Who acts in the user's place, in a delegated session; nobody by default. */
  actor?: SessionActor;
};
/** Who acts in a user's place. */
export type SessionActor = Json & {
  /** Identifies the actor. */
  sub: string;
};
/** A refresh token as in the Management API, and the token itself. */
export type SeedRefreshToken = Json & {
  /** A new one by default. */
  id?: string;
  /** Its user, who is in the seed or already in the tenant. */
  user_id: string;
  /** Client id of the application, which is in the seed or already in the tenant; that of the default application by default. */
  client_id?: string;
  /** What a client presents at `/oauth/token`; a random one by default. */
  token?: string;
};
/** A connection that users sign in with. */
export type SeedConnection = Json & {
  /** The name that requests send in `connection`. */
  name: string;
  /** `auth0` for a database, otherwise the identity provider; the same as `name` by default. */
  strategy?: string;
  /** `con_` and 16 letters or digits; a new one by default. */
  id?: string;
  /** What the login page calls it; the well-known name of a social provider, or else `name`, by default. */
  display_name?: string;
  /** Options of a database. */
  options?: {
    /** How strong passwords must be; `good` by default: 8 characters of three kinds. */
    passwordPolicy?: "none" | "low" | "fair" | "good" | "excellent" | null;
  };
};
/** An API that access tokens can be requested for, besides the Management API. */
export type SeedApi = {
  /** Its audience. */
  identifier: string;
  /** The scopes that it defines; none by default. */
  scopes?: string[];
  /** Lifetime of its access tokens, in seconds; `tokenLifetime` by default. */
  token_lifetime?: number;
};
/** An application as in the Management API. */
export type SeedClient = Json & {
  /** A new one by default. */
  client_id?: string;
  /** A random one by default. */
  client_secret?: string;
  /** Its allowed callback URLs. */
  callbacks?: string[];
  /** Origins whose scripts may read the tenant's responses (CORS), besides those of the callbacks. */
  allowed_origins?: string[];
  /** Origins that may receive a `web_message`, which silent logins and popups need; those of the callbacks for the default application, otherwise none. */
  web_origins?: string[];
  /** False for an application of somebody else: users are asked for their consent; true by default. */
  is_first_party?: boolean;
  /** Where and when the application learns that a session ends (back-channel logout). */
  oidc_logout?: {
    /** URLs to which the tenant posts a `logout_token`. */
    backchannel_logout_urls?: string[];
    /** Why a session must end: any reason with the mode `all`, otherwise those selected, which are `rp-logout` and `idp-logout` by default. */
    backchannel_logout_initiators?: {
      /** `custom` needs `selected_initiators`. */
      mode?: "all" | "custom";
      /**
       * Some of `rp-logout`, `password-changed`, `session-revoked`, `account-deleted`, `account-deactivated` and
       * `email-identifier-changed`. Auth0's `idp-logout`, `session-expired` and `mfa-phone-unenrolled` are accepted, but
       * never happen here.
       */
      selected_initiators?: string[];
    };
  };
  /** Where the page after a password change leads back to, if the ticket names the application. */
  initiate_login_uri?: string;
};
/** A second factor or passkey as in the Management API. */
export type SeedAuthenticationMethod = Json & {
  /** A new one by default. */
  id?: string;
  /** Its user, who is in the seed or already in the tenant. */
  user_id: string;
  /** Auth0's name for it: `totp`, `phone`, `passkey`, … */
  type: string;
};
/** A grant as in the Management API: what a user allowed an application. Deleting it ends its refresh tokens. */
export type SeedGrant = {
  /** A new one by default. */
  id?: string;
  /** Its user, who is in the seed or already in the tenant. */
  user_id: string;
  /** Client id of the application; that of the default application by default. */
  clientID?: string;
  /** Identifier of the API; that of the Management API by default. */
  audience?: string;
  /** The granted scopes; `openid`, `profile` and `offline_access` by default. */
  scope?: string[];
};
/** A device credential as in the Management API. Refresh tokens are device credentials, too, and need none in the seed. */
export type SeedDeviceCredential = {
  /** A new one by default. */
  id?: string;
  /** Its user, who is in the seed or already in the tenant. */
  user_id: string;
  /** Client id of the application; that of the default application by default. */
  client_id?: string;
  /** `public_key` by default. */
  type?: "public_key" | "refresh_token" | "rotating_refresh_token";
  /** The user agent of the device. */
  device_name?: string;
  /** Identifies the device. */
  device_id?: string;
};
/** A block by brute-force protection: a user cannot sign in from an address. */
export type SeedBlock = {
  /** The blocked user. */
  user_id: string;
  /** The user name or email that was typed. */
  identifier: string;
  /** The IP address of the attempts. */
  ip?: string;
  /** The connection of the attempts. */
  connection?: string;
};

/** An event of the tenant log as in the Management API. Its ids are assigned in the order in which events are added. */
export type SeedLogEvent = Json & {
  /** Auth0's code: `s` for a login, `fp` for a wrong password, … */
  type: string;
  /** When it happened; now by default. */
  date?: string;
  /** The user whom it is about, who need not exist. */
  user_id?: string;
  /** The IP address of the request. */
  ip?: string;
  /** The browser or device that sent the request. */
  user_agent?: string;
  /** Client id of the application. */
  client_id?: string;
};

/** An organization as in the Management API, and its members. */
export type SeedOrganization = Json & {
  /** `org_` and 16 letters or digits; a new one by default. */
  id?: string;
  /** Identifies it in URLs. */
  name: string;
  /** What people call it; the same as `name` by default. */
  display_name?: string;
  /** Ids of users in the seed or already in the tenant; none by default. */
  members?: string[];
};

/** The initial rows, in the shape in which the Management API returns them. `seed.schema.json` describes them. */
export interface Seed {
  /** For editors: the path of `seed.schema.json`. */
  $schema?: string;
  /** Connections; the seven standard ones by default. */
  connections?: SeedConnection[];
  /** APIs besides the Management API. */
  apis?: SeedApi[];
  /** Applications besides the default one. */
  clients?: SeedClient[];
  /** Users, with their identities. */
  users?: SeedUser[];
  /** Sessions of these users. */
  sessions?: SeedSession[];
  /** Refresh tokens of these users. */
  refreshTokens?: SeedRefreshToken[];
  /** Second factors and passkeys of these users. */
  authenticationMethods?: SeedAuthenticationMethod[];
  /** What these users allowed applications. */
  grants?: SeedGrant[];
  /** Device credentials of these users, besides their refresh tokens. */
  deviceCredentials?: SeedDeviceCredential[];
  /** Blocks of these users by brute-force protection. An administrator's block is `blocked` on the user. */
  blocks?: SeedBlock[];
  /** What happened before the tenant started. */
  logs?: SeedLogEvent[];
  /** Organizations, with the ids of their members. */
  organizations?: SeedOrganization[];
}

/** An email that the tenant would have sent. */
export interface Email {
  /** Its id: that of the job that sent it. */
  readonly id: string;
  /** The user it was sent to. */
  readonly user_id: string;
  /** The address it was sent to. */
  readonly to: string;
  /** The name of Auth0's email template. */
  readonly template: "verify_email" | "reset_email";
  /** The link in it. Opening it verifies the address, or leads to the page where a password is reset. */
  readonly link: string;
  /** When it was sent, by the tenant's clock. */
  readonly sent_at: string;
}

/** A request and its response, as they were on the wire. */
export interface RecordedRequest {
  /** Counts from 0, the first request since the start. */
  readonly number: number;
  /** When it arrived, by the tenant's clock. */
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
  /** Headers by their lower-case names. */
  readonly headers: Record<string, Many<string> | undefined>;
  /** Alternating names and values, as received. */
  readonly rawHeaders: string[];
  /** `1.1` or `2.0`. */
  readonly httpVersion: string;
  /** The body as text; empty if there was none. */
  readonly body: string;
  /** The body as JSON, or undefined. */
  readonly json: any;
  /** The status of the response; undefined if there was none. */
  readonly status?: number;
  /** The headers of the response. */
  readonly responseHeaders?: Record<string, unknown>;
  /** The body of the response, as text. */
  readonly responseBody?: string;
  /** The body of the response as JSON, or undefined. */
  readonly responseJson: any;
  /** In progress, answered in full, or cut off by a fault. */
  readonly outcome: "pending" | "answered" | "faulted";
  /** The fault that was injected. */
  readonly fault?: Fault;
  /** Its duration in milliseconds of real time; undefined while it is in progress. */
  readonly durationMs?: number;
}

/** The tenant's time: real time, shifted by however much it was moved. Every expiry follows it. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Whole seconds since the epoch, as in tokens. */
  seconds(): number;
  /** An Auth0 timestamp, `delta` milliseconds from now. */
  iso(delta?: number): string;
  /** Moves the time forward, or back by a negative number, and returns it in milliseconds since the epoch. */
  advance(milliseconds: number): number;
  /** Moves the time to a moment, whose text is in ISO 8601, and returns it, in milliseconds since the epoch. */
  set(date: Date | string | number): number;
  /** Stops the time. */
  freeze(): void;
  /** Lets the time run again, from where it stopped. */
  resume(): void;
}

/** A fault to inject. Its parts can be combined. */
export interface Fault {
  /** Waits this many milliseconds before anything else. */
  delay?: number;
  /** Responds with this status instead of carrying the request out; after carrying it out with `commit`. */
  status?: number;
  /** Headers of the response that `status` or `body` causes, one of which is needed. */
  headers?: Record<string, string>;
  /** The body of that response: text, or an object that is sent as JSON; the usual error by default. */
  body?: string | object;
  /** Carries the request out before `status`, `body`, `reset` or `hang`. */
  commit?: boolean;
  /** Resets the connection before or after carrying the request out. */
  reset?: boolean | "before" | "after";
  /** Sends no response, or only half of its body. */
  hang?: boolean | "before" | "after" | "body";
  /** Ends the body after this many bytes, or after half of it. */
  truncate?: boolean | number;
  /** Sends the body slowly. */
  drip?: {
    /** Bytes at a time; 1 by default. */
    bytes?: number;
    /** Milliseconds in between; 10 by default. */
    every?: number;
  };
  /** Pads the body with white space to at least this many bytes, up to 1 GiB. */
  huge?: number;
  /** Removes these properties, wherever they are. */
  missing?: string[];
  /** Sets these properties to null, wherever they are. */
  nulls?: string[];
  /** Changes the type of these properties, or of all values. */
  wrongTypes?: true | string[];
  /** Makes `next` always lead to the same page. */
  repeatCursor?: boolean;
  /** Makes any other change to the JSON. */
  change?: (body: any) => any;
}

/** A fault that waits for matching requests. */
export interface FaultHandle {
  /** How many more requests it will affect. */
  readonly remaining: number;
  /** How many requests it has affected. */
  readonly hits: number;
  /** Removes the fault. */
  remove(): void;
}

/** An operation id, `METHOD /template`, `/template`, `*`, a pattern for `METHOD url`, or a function. */
export type FaultMatch = string | RegExp | ((request: RecordedRequest) => boolean);

/** What a person does on the login pages. */
export interface SignIn {
  /** Id of the user who signs in if a page asks. The id of a linked identity also works. */
  as?: string;
  /** The user's password by default. */
  password?: string;
  /** Cancels the login or declines consent. */
  deny?: boolean;
  /**
   * Begins a delegated session: this actor acts in the place of the user. `as` is then required, no page asks,
   * and the browser must not have a session. The session ends after two hours and gives no refresh tokens.
   */
  actor?: SessionActor;
}

/** What a callback received. The parameters are also members of this object. */
export interface Callback {
  /** The callback URL to which the browser was sent; with `web_message`, the origin to which the message was. */
  url: string;
  /** Its parameters, from the query, the fragment, the posted form or the message. */
  params: Record<string, string>;
  /** The authorization code, if the login succeeded. */
  code?: string;
  /** The `state` of the request. */
  state?: string;
  /** OAuth's error code, such as `access_denied`, if the login failed. */
  error?: string;
  /** A description of the error. */
  error_description?: string;
  /** Any other parameter. */
  [parameter: string]: any;
}

/** Parameters of `/authorize`. */
export interface AuthorizeUrlOptions {
  /** `client_id`; that of the default application by default. */
  clientId?: string;
  /** `redirect_uri`; the first of `callbacks` by default. */
  redirectUri?: string;
  /** `openid profile email` by default. */
  scope?: string;
  /** The connection to sign in with; by default, the person chooses. */
  connection?: string;
  /** Returned to the callback. */
  state?: string;
  /** Returned in the ID token. */
  nonce?: string;
  /** Any other parameters of `/authorize`. */
  params?: Record<string, string>;
}

/** Who signs in, and to which application. */
export interface LoginOptions extends AuthorizeUrlOptions, Omit<SignIn, "as"> {
  /** Id of the user who signs in. The id of a linked identity also works. */
  user: string;
}

/** A person at a browser with a cookie jar. */
export interface Browser {
  /** Goes from `/authorize` through the real pages over HTTP and stops at the callback, which does not have to exist. */
  authorize(url: string | URL, how?: SignIn): Promise<Callback>;
}

/** A running tenant: what to configure in your program, what the tenant received, and how to control it. */
export interface Tenant extends AsyncDisposable {
  /** The value to configure as the Auth0 domain: with `http://` in HTTP mode, without a scheme in HTTPS mode. */
  readonly domain: string;
  /** The domain with its scheme. */
  readonly origin: string;
  /** Where it listens. */
  readonly url: string;
  /** Where users exports are downloaded: another server, with an origin of its own. */
  readonly exportsUrl: string;
  /** Where programs in other languages control it; undefined without the option `control`. */
  readonly controlUrl?: string;
  /** In HTTPS mode, the certificate of the authority to trust, as PEM. */
  readonly ca?: string;
  /** The `iss` of its tokens. */
  readonly issuer: string;
  /** The audience of the Management API. */
  readonly audience: string;
  /** Client id of the default application. */
  readonly clientId: string;
  /** Client secret of the default application; the new one after `rotateSecret`. */
  readonly clientSecret: string;
  /** The tenant's clock, which a test can move. */
  readonly clock: Clock;
  /** The requests so far, oldest first; at most `recordLimit`. */
  readonly requests: RecordedRequest[];
  /** The number of requests ever, including those that were dropped from the list. */
  readonly requestCount: number;
  /** Every route that the tenant serves, including the download of users exports. */
  readonly routes: {
    /** `GET`, `POST`, … */
    method: string;
    /** The path, such as `/api/v2/users/{id}`. */
    template: string;
    /** The operation id: OpenAPI's, for routes of the Management API. */
    operation?: string;
  }[];
  /** Clears `requests`, but not `requestCount`. */
  clearRequests(): void;
  /**
   * Restores the seed, real time and the plan, restarts deterministic identifiers, refills the rate
   * limits, and clears requests and faults. JWTs stay valid, as long as their application and user exist. Opaque access tokens,
   * codes, refresh tokens of logins and the cookies of browsers do not.
   * @param seed replaces the seed, for later resets, too; if it is refused, everything stays as it is
   */
  reset(seed?: Seed): void;

  /**
   * Adds a seed's rows, or those of the default one with the connections that are missing. A row with an id that is in use is
   * refused, here as with the `add` functions below: none is replaced.
   */
  loadSeed(seed?: Seed): void;
  /** One user as the API returns it, or undefined. */
  user(id: string): any;
  /** All users. */
  users(): any[];
  /** One session, or undefined. */
  session(id: string): any;
  /**
   * All sessions, or those of one user, after the deletes that are due by now. Here and below, the id of a user who was
   * deleted gives an empty list, and one that no user had since the last reset throws: it is most likely a typo.
   */
  sessions(userId?: string): any[];
  /** All refresh tokens, or those of one user. */
  refreshTokens(userId?: string): any[];
  /** All second factors and passkeys, or those of one user. */
  authenticationMethods(userId?: string): any[];
  /** All grants, or those of one user. */
  grants(userId?: string): any[];
  /** All device credentials including refresh tokens, or those of one user. */
  deviceCredentials(userId?: string): any[];
  /** All blocks by brute-force protection, or those of one user. */
  blocks(userId?: string): any[];
  /** The emails that were sent, oldest first, or those to one user. */
  emails(userId?: string): Email[];
  /** The tenant log, or its events about one user. */
  logs(userId?: string): any[];
  /** All connections. */
  connections(): any[];
  /** All organizations. */
  organizations(): any[];
  /** The users who are members of an organization. */
  members(organizationId: string): any[];
  /** Adds a user and returns the completed row. */
  addUser(user: SeedUser): any;
  /** Removes a user with everything that belongs to it. */
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
  /** Adds a grant and returns the completed row. */
  addGrant(grant: SeedGrant): any;
  /** Adds a device credential and returns the completed row. */
  addDeviceCredential(credential: SeedDeviceCredential): any;
  /** Adds a block and returns its row. */
  addBlock(block: SeedBlock): any;
  /** Adds an event to the tenant log and returns the completed row. */
  addLog(event: SeedLogEvent): any;
  /** Adds an organization with its members and returns the completed row. */
  addOrganization(organization: SeedOrganization): any;
  /** Makes a user a member of an organization. */
  addMember(organizationId: string, userId: string): void;

  /** Sets the scopes of the default application, from its next token on. */
  setScopes(scopes: string[]): void;
  /** Switches to another plan's rate limits and, unless the option decides, its session management. */
  setPlan(plan: Plan): void;
  /** Gives the default application a new secret (a random one by default) and returns it. The old one is invalid immediately. */
  rotateSecret(secret?: string): string;
  /** Signs with a new key from now on and returns its id. The old key stays in the key set unless it is revoked. */
  rotateKeys(options?: { revoke?: boolean }): Promise<string>;
  /** Finishes all accepted deletes now, and ends the delay of users exports. */
  settle(): void;

  /** Injects a fault into the next matching requests; into one by default. */
  fault(match: FaultMatch, what: Fault, times?: number): FaultHandle;
  /** Removes all faults. */
  clearFaults(): void;

  /** A browser with its own cookie jar, for single sign-on; Firefox on Linux by default. */
  browser(options?: { userAgent?: string }): Browser;
  /** Signs in with a new browser: see {@link Browser.authorize}. */
  authorize(url: string | URL, how?: SignIn): Promise<Callback>;
  /** The same, with a URL from `authorizeUrl`. */
  login(options: LoginOptions): Promise<Callback>;
  /** A URL of `/authorize`; for the default application by default. */
  authorizeUrl(options?: AuthorizeUrlOptions): string;
  /** Stops listening and closes all connections. */
  close(): Promise<void>;
}

/**
 * Starts an Auth0 tenant on loopback. It runs, and keeps the process alive, until `close` is called.
 * @example
 * const tenant = await startTenant();
 * const { domain, clientId, clientSecret } = tenant;
 */
export function startTenant(options?: TenantOptions): Promise<Tenant>;

/** A running proxy. */
export interface Proxy extends AsyncDisposable {
  /** Where it listens: the value for `HTTPS_PROXY`, without credentials. */
  readonly url: string;
  /** Every CONNECT request so far, oldest first. */
  readonly connections: {
    /** The requested `host:port`. */
    target: string;
    /** Whether it was allowed. */
    allowed: boolean;
  }[];
  /** Stops listening and closes all connections. */
  close(): Promise<void>;
}

/** Starts an HTTP proxy that connects certain hosts to tenants and rejects all others. */
export function startProxy(options: {
  /** The tenant for each `host:port`. */
  routes: Record<string, { url: string }>;
  /** `user:password`; without them the proxy responds with 407. */
  credentials?: string;
  /** Address to listen on; `127.0.0.1` by default. */
  host?: string;
  /** Port to listen on; a free one by default. */
  port?: number;
}): Promise<Proxy>;

/**
 * Many live sessions of one user, the most recently used first, a minute apart.
 * @param options `now`: when the first one was last used, in milliseconds since the epoch; real time by default.
 *   `actor`: who acts in the user's place; nobody by default
 */
export function manySessions(
  userId: string,
  count: number,
  options?: { now?: number; actor?: SessionActor },
): SeedSession[];
/**
 * Many refresh tokens of one user, newest first, a minute apart.
 * @param options `now`: when the first one was issued, in milliseconds since the epoch; real time by default
 */
export function manyRefreshTokens(
  userId: string,
  count: number,
  options?: { now?: number },
): SeedRefreshToken[];
/** Many database users: `person0@example.com`, `person1@example.com`, … */
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

/** Ids of the users in the default seed. */
export const PEOPLE: Record<
  | "ada"
  | "grace"
  | "linus"
  | "sharedDatabase"
  | "sharedGoogle"
  | "upperCase"
  | "linked"
  | "sms"
  | "blocked"
  | "dorothy",
  string
>;

/** Ids of some sessions in the default seed. */
export const SESSIONS: Record<"adaWindows" | "adaIphone" | "adaExpired" | "graceTablet", string>;
