import { splitUserId } from "./store.js";

/** @import { Clock } from "../clock.js" */
/** @import { Ids } from "../ids.js" */
/** @import { SeedClient, SeedConnection, SeedOrganization } from "../../index.js" */
/**
 * @import {
 *   Client, Connection, DeviceCredential, LogEvent, Organization, RefreshToken, Session, User, UserGrant,
 * } from "./model.js"
 */

/**
 * Where generated values come from.
 * @typedef {{ ids: Ids, clock: Clock }} Source
 */

const DAY = 86_400_000;
const SOCIAL = new Set(["google-oauth2", "github", "windowslive", "apple", "facebook", "linkedin"]);
const GRANT_TYPES = ["authorization_code", "refresh_token", "client_credentials", "implicit"];

/** The name of the database connection that every tenant has. */
export const DATABASE = "Username-Password-Authentication";

/**
 * Fills in what a seed, a test or a request left out.
 * @param {Partial<User> & { password?: string, connection?: string }} given
 * @param {Source} source
 * @returns {User}
 */
export function completeUser(given, { ids, clock }) {
  const { password: _password, connection, ...known } = given;
  const userId = known.user_id ?? `auth0|${ids.hex(24)}`;
  const [provider, id] = splitUserId(userId);
  const created = known.created_at ?? clock.iso(-90 * DAY);
  const local = known.email?.split("@")[0];
  return {
    created_at: created,
    updated_at: created,
    ...(known.email && { email_verified: false, name: known.email, nickname: local }),
    ...known,
    user_id: userId,
    identities: known.identities ?? [
      {
        provider,
        user_id: id,
        connection: connection ?? usualConnection(provider, id),
        isSocial: SOCIAL.has(provider),
      },
    ],
  };
}

/**
 * The connection of an account that names none: the one named like the provider, unless the id names it, as
 * in `samlp|acme-saml|ada`.
 * @param {string} provider
 * @param {string} id
 */
export function usualConnection(provider, id) {
  if (provider === "auth0") return DATABASE;
  return id.includes("|") ? id.slice(0, id.indexOf("|")) : provider;
}

/**
 * Seeded sessions may be old: unless they have dates of their own, they live longer than the session
 * of a login.
 * @param {Partial<Session> & { user_id: string }} given
 * @param {Source & { clientId: string }} source
 * @returns {Session}
 */
export function completeSession(given, { ids, clock, clientId }) {
  const created = given.created_at ?? clock.iso();
  const used = given.last_interacted_at ?? given.updated_at ?? created;
  const expires = given.expires_at ?? after(created, 30 * DAY);
  return {
    id: ids.session(),
    created_at: created,
    updated_at: used,
    authenticated_at: created,
    idle_expires_at: earlier(after(used, 3 * DAY), expires),
    expires_at: expires,
    last_interacted_at: used,
    clients: [{ client_id: clientId }],
    authentication: { methods: [{ name: "pwd", timestamp: created }] },
    session_metadata: null,
    ...given,
  };
}

/**
 * @param {string} date
 * @param {number} milliseconds
 */
function after(date, milliseconds) {
  return new Date(Date.parse(date) + milliseconds).toISOString();
}

/**
 * Caps an idle expiry at the absolute one.
 * @param {string} idle
 * @param {import("./model.js").Timestamp} absolute
 */
export function earlier(idle, absolute) {
  return absolute !== null && Date.parse(absolute) < Date.parse(idle) ? absolute : idle;
}

/**
 * @param {Partial<RefreshToken> & { user_id: string, token?: string }} given
 * @param {Source & { clientId: string, audience: string }} source
 * @returns {RefreshToken}
 */
export function completeRefreshToken(given, { ids, clock, clientId, audience }) {
  const { token: _token, ...known } = given;
  const created = known.created_at ?? clock.iso();
  return {
    id: ids.refreshToken(),
    created_at: created,
    idle_expires_at: null,
    expires_at: null,
    last_exchanged_at: null,
    client_id: clientId,
    session_id: null,
    rotating: false,
    resource_servers: [{ audience, scopes: "openid profile offline_access" }],
    ...known,
  };
}

/**
 * @param {Partial<UserGrant> & { user_id: string }} given
 * @param {{ ids: Ids, clientId: string, audience: string }} source
 * @returns {UserGrant}
 */
export function completeGrant(given, { ids, clientId, audience }) {
  return {
    id: ids.hex(24),
    clientID: clientId,
    audience,
    scope: ["openid", "profile", "offline_access"],
    ...given,
  };
}

/**
 * @param {Partial<DeviceCredential> & { user_id: string }} given
 * @param {{ ids: Ids, clientId: string }} source
 * @returns {DeviceCredential}
 */
export function completeDeviceCredential(given, { ids, clientId }) {
  return { id: ids.deviceCredential(), type: "public_key", client_id: clientId, ...given };
}

/**
 * Ids are in the order in which events are added, whenever they happened, as with Auth0.
 * @param {Partial<LogEvent> & { type: string }} given
 * @param {Source} source
 * @returns {LogEvent}
 */
export function completeLogEvent(given, { ids, clock }) {
  const id = ids.log(clock.now());
  return { date: clock.iso(), description: null, ...given, log_id: id, _id: id };
}

/**
 * @param {SeedConnection} given
 * @param {{ ids: Ids }} source
 * @returns {Connection}
 */
export function completeConnection(given, { ids }) {
  return { id: ids.connection(), strategy: given.name, ...given };
}

/**
 * @param {SeedOrganization} given
 * @param {{ ids: Ids }} source
 * @returns {Organization}
 */
export function completeOrganization({ members: _members, ...given }, { ids }) {
  return { id: ids.organization(), display_name: given.name, ...given };
}

/**
 * @param {SeedClient & Partial<Client>} given
 * @param {{ ids: Ids }} source
 * @returns {Client}
 */
export function completeClient(given, { ids }) {
  const isPublic = given.token_endpoint_auth_method === "none";
  return {
    client_id: ids.alphanumeric(32),
    ...(!isPublic && { client_secret: ids.alphanumeric(64) }),
    name: "Application",
    callbacks: [],
    allowed_logout_urls: [],
    grant_types: isPublic
      ? GRANT_TYPES.filter((type) => type !== "client_credentials")
      : GRANT_TYPES,
    token_endpoint_auth_method: "client_secret_post",
    public_keys: [],
    grants: [],
    rotating: false,
    ...given,
  };
}

/**
 * A device as Auth0 records it on first use.
 * @param {string} userAgent
 * @param {string | undefined} ip
 * @param {string} [asn]
 */
export function device(userAgent, ip, asn = "3320") {
  return {
    initial_user_agent: userAgent,
    initial_ip: ip,
    initial_asn: asn,
    last_user_agent: userAgent,
    last_ip: ip,
    last_asn: asn,
  };
}
