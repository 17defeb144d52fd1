/** What a tenant stores about an application. */

export type ClientAuthenticationMethod =
  | "client_secret_post"
  | "client_secret_basic"
  | "private_key_jwt"
  | "none";

export interface Client {
  client_id: string;
  client_secret?: string;
  name: string;
  callbacks: string[];
  allowed_logout_urls: string[];
  /** Origins whose scripts may read responses, besides those of the callbacks. */
  allowed_origins?: string[];
  /** Origins that may receive a `web_message`. */
  web_origins?: string[];
  /** False for an application of somebody else, which needs the user's consent. */
  is_first_party?: boolean;
  /** Where the page after a password change leads back to. */
  initiate_login_uri?: string;
  /** Where and when the application learns that a session ends. */
  oidc_logout?: {
    backchannel_logout_urls?: string[];
    backchannel_logout_initiators?: {
      mode?: "all" | "custom";
      selected_initiators?: string[];
    };
  };
  grant_types: string[];
  token_endpoint_auth_method: ClientAuthenticationMethod;
  public_keys: { pem: string; kid?: string; alg?: string }[];
  /** What the client may ask of which API with its own credentials. */
  grants: { audience: string; scope: string[] }[];
  /** The enabled connections; all of them by default. */
  connections?: string[];
  rotating: boolean;
  token_quota?: Partial<Record<"per_hour" | "per_day", number>>;
}

/** Why a session ends. */
export type LogoutInitiator =
  | "rp-logout"
  | "idp-logout"
  | "password-changed"
  | "session-expired"
  | "session-revoked"
  | "account-deleted"
  | "email-identifier-changed"
  | "mfa-phone-unenrolled"
  | "account-deactivated";
