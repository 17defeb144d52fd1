/** An Auth0 tenant on loopback. See README.md. */

export interface TenantOptions {
  /** Address to listen on, `127.0.0.1` unless given. */
  host?: string;
  /** Port to listen on; a free one unless given. */
  port?: number;
  clientId?: string;
  clientSecret?: string;
  /** Overrides of the default application (authentication method, public keys, grant types, …). */
  client?: SeedClient;
  /** Scopes granted to the default application; all unless given. */
  scopes?: string[];
  /** Lifetime of Management API tokens in seconds, 86400 unless given. */
  tokenLifetime?: number;
  /** Allowed callback URLs of the default application. */
  callbacks?: string[];
  /** Replaces the default people, sessions and tokens. */
  seed?: Seed;
  quirks?: Partial<Quirks>;
  /** The same identifiers on every run, for the same text. */
  deterministic?: string;
  /** Milliseconds until an accepted delete is done, 0 unless given. */
  deleteDelay?: number;
  /** False answers 403 where Auth0 asks for an Enterprise plan. */
  sessionManagement?: boolean;
  /** Other hosts that the tenant answers for, each with its own issuer. */
  customDomains?: string[];
  /** How many requests to remember, 20000 unless given. */
  recordLimit?: number;
  onRequest?: (request: RecordedRequest) => void;
}

export interface Quirks {
  codeErrorStatus: 400 | 403;
  invalidClient: boolean;
  maxPageSize: number;
  trailingCursor: boolean;
  listExpiredSessions: boolean;
  revokeNeedsBothScopes: boolean;
  stringEmailVerified: boolean;
  numericIdentityIds: boolean;
}

type Json = Record<string, unknown>;

export type SeedUser = Json & { user_id?: string; email?: string; password?: string };
export type SeedSession = Json & { id?: string; user_id: string };
export type SeedRefreshToken = Json & { id?: string; user_id: string; token?: string };
export type SeedConnection = Json & { name: string; strategy?: string; id?: string };
export type SeedClient = Json & { client_id?: string; client_secret?: string };

export interface Seed {
  connections?: SeedConnection[];
  clients?: SeedClient[];
  users?: SeedUser[];
  sessions?: SeedSession[];
  refreshTokens?: SeedRefreshToken[];
}

export interface RecordedRequest {
  readonly number: number;
  readonly at: Date;
  readonly method: string;
  /** The request target, byte for byte. */
  readonly url: string;
  /** `/api/v2/users/{id}`; undefined for an unknown route. */
  readonly template?: string;
  /** The OpenAPI operation id. */
  readonly operation?: string;
  readonly params: Record<string, string>;
  readonly query: Record<string, string | string[]>;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly rawHeaders: string[];
  readonly httpVersion: string;
  readonly body: string;
  readonly json: any;
  readonly status?: number;
  readonly responseHeaders?: Record<string, unknown>;
  readonly responseBody?: string;
  readonly responseJson: any;
  readonly outcome: "pending" | "answered" | "faulted";
  readonly durationMs?: number;
}

export interface Clock {
  now(): number;
  seconds(): number;
  iso(delta?: number): string;
  advance(milliseconds: number): number;
  set(date: Date | string | number): number;
  freeze(): void;
  resume(): void;
}

export interface Tenant extends AsyncDisposable {
  /** What to configure as the Auth0 domain. */
  readonly domain: string;
  readonly origin: string;
  readonly url: string;
  readonly issuer: string;
  readonly audience: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly clock: Clock;
  readonly requests: RecordedRequest[];
  readonly requestCount: number;
  clearRequests(): void;
  /** Back to the seed, no request remembered. */
  reset(): void;
  user(id: string): any;
  users(): any[];
  session(id: string): any;
  sessions(userId?: string): any[];
  refreshTokens(userId?: string): any[];
  connections(): any[];
  addUser(user: SeedUser): any;
  addSession(session: SeedSession): any;
  addRefreshToken(token: SeedRefreshToken): any;
  addConnection(connection: SeedConnection): any;
  addClient(client: SeedClient): any;
  setScopes(scopes: string[]): void;
  rotateSecret(secret?: string): string;
  rotateKeys(options?: { revoke?: boolean }): Promise<string>;
  /** Finishes every accepted delete now. */
  settle(): void;
  close(): Promise<void>;
}

export function startTenant(options?: TenantOptions): Promise<Tenant>;
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

export const USER_AGENTS: Record<string, string>;
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
