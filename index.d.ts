
/**
 * Which binding artifact the generated loader actually loaded: `'native'` for
 * a native addon, otherwise the `platformArchABI` of the WASI flavor. Every
 * flavor napi-rs can build is listed, because `NAPI_RS_NATIVE_LIBRARY_PATH`
 * can point the loader at a WASI artifact this package does not build itself.
 */
export declare const __napiBindingTarget: 'native' | 'wasm32-wasi' | 'wasm32-wasip1'

/** One authentication within a session. */
export interface SessionAuthenticationMethod {
  /** `"pwd"`, `"federated"`, `"passkey"`, `"sms"`, `"email"`, `"mfa"`, or a name of the tenant's own. */
  name: string
  /** The factor, when `name` is `"mfa"`. */
  type?: string
  /** When it happened. */
  at?: Date
}

/** A live session of a user. Personal data (addresses, user agents): show it to its owner only. */
export interface UserSession {
  /** The session's id; equal to the `sid` claim of the ID tokens issued in it. */
  id: string
  /** The Auth0 user id of the owner. */
  userId: string
  /** The first application that used the session; empty when Auth0 names none. */
  clientId: string
  /** Every application that used the session. */
  clientIds: Array<string>
  /** When the session began. Where Auth0 does not tell, its earliest known moment. */
  createdAt: Date
  /** When the session last changed. Where Auth0 does not tell, equal to `createdAt`. */
  updatedAt: Date
  /** The last full authentication, by password or at an identity provider. */
  authenticatedAt?: Date
  /** The last use at Auth0's authorization server. */
  lastActivityAt?: Date
  /** The absolute end, whatever the use. */
  expiresAt?: Date
  /** The end by inactivity, which moves with use. */
  idleExpiresAt?: Date
  /** The kind of device, by the latest user agent. */
  device: 'Desktop' | 'Mobile' | 'Tablet' | 'TV' | 'Bot' | 'Unknown' | (string & {})
  /** Browser and version to three parts, such as `"Chrome 120.0.0"`; `"Unknown"` if not told. */
  browser: string
  /** Operating system and version, such as `"Windows 10"`; `"Unknown"` if not told. */
  os: string
  /** The same as `os`. */
  platform: string
  /** The same as `browser`. */
  name: string
  /** The latest IP address; `"Unknown"` if not told. */
  address: string
  /** The IP address at the session's beginning. */
  initialAddress?: string
  /** The autonomous system number of the latest network. */
  asn?: string
  /** The latest user agent as sent by the browser: untrusted text. */
  userAgent?: string
  /** Country of `address`, when a GeoIP database is configured. */
  country?: string
  /** City of `address`, when a GeoIP database is configured. */
  city?: string
  /** True for the session whose id was passed as `currentSessionId`. */
  current: boolean
  /** Whether the session outlives the browser window; absent where Auth0 does not tell. */
  persistent?: boolean
  /** How the user authenticated in this session. */
  authenticationMethods: Array<SessionAuthenticationMethod>
  /** The session metadata that the tenant's Actions or back end stored. */
  metadata?: Record<string, string>
}

/** The version of this package, as the native core was built. */
export declare const VERSION: string
