/** What a tenant stores. Rows have the shape in which the Management API returns them. */

export type * from "./client-model.js";

/** Seeds may set any date to null. */
export type Timestamp = string | null;

/** What describes a user, or one linked identity of a user. */
export interface Profile {
  email?: string;
  email_verified?: boolean | string;
  username?: string;
  phone_number?: string;
  phone_verified?: boolean;
  name?: string;
  [field: string]: unknown;
}

export interface Identity {
  provider: string;
  /** A seed may give a number. */
  user_id: string | number;
  connection: string;
  isSocial?: boolean;
  /** Only on linked identities: the user itself is the profile of the main one. */
  profileData?: Profile;
  [field: string]: unknown;
}

export interface User extends Profile {
  user_id: string;
  /** The main identity comes first. */
  identities: [Identity, ...Identity[]];
  created_at: string;
  updated_at: string;
  last_login?: string;
  last_ip?: string;
  last_password_reset?: string;
  logins_count?: number;
  blocked?: boolean;
}

export interface Session {
  id: string;
  user_id: string;
  created_at: Timestamp;
  updated_at: Timestamp;
  authenticated_at: Timestamp;
  idle_expires_at: Timestamp;
  expires_at: Timestamp;
  last_interacted_at: Timestamp;
  clients: { client_id: string }[];
  authentication: { methods: { name: string; timestamp: string }[] };
  session_metadata: Record<string, unknown> | null;
  /** Who acts in the user's place, in a delegated session. */
  actor?: Actor;
  [field: string]: unknown;
}

export interface Actor {
  sub: string;
  [claim: string]: unknown;
}

export interface RefreshToken {
  id: string;
  user_id: string;
  client_id: string;
  session_id: string | null;
  created_at: Timestamp;
  idle_expires_at: Timestamp;
  expires_at: Timestamp;
  last_exchanged_at: Timestamp;
  rotating: boolean;
  resource_servers: { audience: string; scopes?: string }[];
  device?: { initial_user_agent?: string } | null;
  [field: string]: unknown;
}

export interface Connection {
  name: string;
  id: string;
  /** `auth0` for a database, otherwise the identity provider. */
  strategy: string;
  /** What the login page calls it. */
  display_name?: string;
  options?: {
    /** How strong the passwords of a database must be; `good` by default. */
    passwordPolicy?: "none" | "low" | "fair" | "good" | "excellent" | null;
  };
}

export interface Api {
  identifier: string;
  scopes: string[];
  token_lifetime: number;
}

export interface AuthenticationMethod {
  id: string;
  user_id: string;
  type: string;
  confirmed: boolean;
  created_at: Timestamp;
  email?: string;
  phone_number?: string;
  link_id?: string;
  preferred_authentication_method?: string;
  authentication_methods?: { id: string; type: string }[];
  [field: string]: unknown;
}

/** What a user allowed an application, as the Management API shows it. */
export interface UserGrant {
  id: string;
  user_id: string;
  clientID: string;
  audience: string;
  scope: string[];
}

export interface DeviceCredential {
  id: string;
  user_id: string;
  client_id: string;
  type: "public_key" | "refresh_token" | "rotating_refresh_token";
  /** The user agent of the device. */
  device_name?: string;
  device_id?: string;
}

/** Its members are kept apart, as the Management API does. */
export interface Organization {
  id: string;
  name: string;
  display_name: string;
  [field: string]: unknown;
}

/** An email that the tenant sent. */
export interface Email {
  id: string;
  user_id: string;
  to: string;
  /** The name of Auth0's email template. */
  template: "verify_email" | "reset_email";
  link: string;
  sent_at: string;
}

export interface ExportField {
  /** The path of a value in a user. */
  name: string;
  /** What the export calls it. */
  export_as?: string;
}

/** A users export, as the Management API shows it, and its file. */
export interface ExportJob {
  id: string;
  status: "pending" | "processing" | "completed";
  created_at: string;
  format: "json" | "csv";
  connection_id?: string;
  /** The name of the connection. */
  connection?: string;
  limit?: number;
  fields?: ExportField[];
  /** Whether it may complete. */
  isReady: boolean;
  /** Once it is completed. */
  contents?: Buffer;
}

/** A brute-force block. */
export interface Block {
  identifier: string;
  ip?: string;
  connection?: string;
}

export interface LogEvent {
  log_id: string;
  date: string;
  type: string;
  user_id?: string;
  [field: string]: unknown;
}

/** What a user granted a client by signing in. */
export interface Grant {
  clientId: string;
  userId: string;
  sessionId?: string | null;
  scopes: string[];
  audience?: string;
  nonce?: string;
  /** Seconds since the epoch, only where the request demanded a fresh login. */
  authTime?: number;
  /** Who acts in the user's place, in a delegated session. */
  actor?: Actor;
  issuer: string;
}

/** A grant that waits for its authorization code to be redeemed. */
export interface CodeGrant extends Grant {
  redirectUri: string;
  challenge?: string;
  challengeMethod: string;
  expiresAt: number;
}

/** A login in progress. */
export interface Transaction {
  id: string;
  createdAt: number;
  clientId: string;
  redirectUri: string;
  responseTypes: string[];
  responseMode: string;
  state?: string;
  nonce?: string;
  challenge?: string;
  challengeMethod: string;
  audience?: string;
  scopes: string[];
  prompts: string[];
  maxAge?: number;
  connection?: string;
  loginHint?: string;
  /** Whom an `id_token_hint` names: null means nobody, because it is not valid. */
  hintedUser?: string | null;
  /** The session of the login that this request has caused, while it waits for consent. */
  signedIn?: string;
}

/** What begins a delegated session. */
export interface TransferToken {
  userId: string;
  actor: Actor;
  expiresAt: number;
}

export interface Ticket {
  id: string;
  kind: "password-change" | "email-verification";
  userId: string;
  identityId: string;
  resultUrl?: string;
  clientId?: string;
  markVerified: boolean;
  includeEmail: boolean;
  expiresAt: number;
  used?: boolean;
}

/** What an opaque access token stands for. */
export interface OpaqueToken {
  userId: string;
  clientId: string;
  scopes: string[];
  expiresAt: number;
}
