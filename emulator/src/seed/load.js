import { originsOf } from "../authentication/origins.js";
import { shown } from "../check-options.js";
import {
  completeClient,
  completeConnection,
  completeDeviceCredential,
  completeGrant,
  completeLogEvent,
  completeOrganization,
  completeRefreshToken,
  completeSession,
  completeUser,
} from "../store/rows.js";
import { suggest } from "../suggest.js";
import { EXAMPLE_API } from "./applications.js";
import { checkRow, checkSeed } from "./check.js";
import { defaultSeed, withConnections } from "./default.js";

/**
 * @import {
 *   Seed, SeedApi, SeedAuthenticationMethod, SeedBlock, SeedClient, SeedConnection,
 *   SeedDeviceCredential, SeedGrant, SeedLogEvent, SeedOrganization, SeedRefreshToken, SeedSession, SeedUser,
 * } from "../../index.js"
 */
/** @import { Core } from "../core.js" */

/**
 * Adds the APIs and the application that every tenant has.
 * @param {Core} core
 * @param {string[]} managementScopes granted unless the options name others
 */
export function installApplications(core, managementScopes) {
  const { options, store, clientSecret } = core;
  const scopes = options.scopes ?? managementScopes;
  const token_lifetime = options.tokenLifetime;
  store.apis.set({ identifier: core.audience, scopes, token_lifetime });
  store.apis.set({
    identifier: EXAMPLE_API,
    scopes: ["read:items", "write:items"],
    token_lifetime,
  });
  const { callbacks = options.callbacks } = options.client;
  const client = structuredClone({
    client_id: options.clientId,
    client_secret: clientSecret,
    name: "Default App",
    callbacks,
    allowed_logout_urls: options.logoutUrls,
    web_origins: originsOf(callbacks),
    grants: [
      { audience: core.audience, scope: scopes },
      { audience: EXAMPLE_API, scope: [] },
    ],
    ...options.client,
  });
  if (Object.keys(options.client).length > 0) {
    checkRow('The option "client" of startTenant', "clients", options.client, store);
  }
  store.clients.set(completeClient(client, core));
}

/**
 * @param {unknown} id
 * @param {Iterable<string>} known
 */
export const unknownOrganization = (id, known) =>
  new TypeError(`There is no organization with the id ${shown(id)}. ${suggest(String(id), known)}`);

/**
 * @param {Seed} seed
 * @param {{ has: (name: string) => boolean }} existing
 * @returns {Seed}
 */
const withoutConnections = (seed, existing) => ({
  ...seed,
  connections: seed.connections?.filter(({ name }) => !existing.has(name)),
});

/**
 * Adds rows to a tenant and completes them. Rows are copied, so changes in one tenant affect neither
 * another tenant nor the seed that a reset loads again.
 */
export class Seeder {
  #core;

  /** @param {Core} core */
  constructor(core) {
    this.#core = core;
  }

  get #source() {
    const { ids, clock, options, audience } = this.#core;
    return { ids, clock, audience, clientId: options.clientId };
  }

  /**
   * Fills a tenant that has no users yet.
   * @param {Seed} [seed] replaces the default one, except for its connections if it lists none
   */
  fill(seed) {
    const { clock, store } = this.#core;
    if (!seed) return this.#add(defaultSeed(clock));
    // A seed may define the example itself.
    const isOwn = (/** @type {SeedApi} */ api) => api?.identifier === EXAMPLE_API;
    if (Array.isArray(seed.apis) && seed.apis.some(isOwn)) store.apis.delete(EXAMPLE_API);
    this.#add(checkSeed(withConnections(seed), store));
  }

  /**
   * Adds rows to those that there are.
   * @param {Seed} [seed] by default, the default one without the connections that the tenant has
   */
  load(seed) {
    const { clock, store } = this.#core;
    this.#add(checkSeed(seed ?? withoutConnections(defaultSeed(clock), store.connections), store));
  }

  /** @param {Seed} rows */
  #add(rows) {
    for (const connection of rows.connections ?? []) this.addConnection(connection);
    for (const api of rows.apis ?? []) this.addApi(api);
    for (const client of rows.clients ?? []) this.addClient(client);
    for (const user of rows.users ?? []) this.addUser(user);
    for (const session of rows.sessions ?? []) this.addSession(session);
    for (const token of rows.refreshTokens ?? []) this.addRefreshToken(token);
    for (const method of rows.authenticationMethods ?? []) this.addAuthenticationMethod(method);
    for (const grant of rows.grants ?? []) this.addGrant(grant);
    for (const credential of rows.deviceCredentials ?? []) this.addDeviceCredential(credential);
    for (const block of rows.blocks ?? []) this.addBlock(block);
    for (const event of rows.logs ?? []) this.addLog(event);
    for (const organization of rows.organizations ?? []) this.addOrganization(organization);
  }

  /** @param {SeedApi} api */
  addApi(api) {
    const { tokenLifetime } = this.#core.options;
    const row = { scopes: [], token_lifetime: tokenLifetime, ...structuredClone(api) };
    return this.#core.store.apis.set(row);
  }

  /** @param {SeedAuthenticationMethod} method */
  addAuthenticationMethod(method) {
    const { ids, clock, store } = this.#core;
    return store.authenticationMethods.set({
      id: ids.device(method.type),
      confirmed: true,
      created_at: clock.iso(),
      ...structuredClone(method),
    });
  }

  /** @param {SeedGrant} grant */
  addGrant(grant) {
    const row = completeGrant(structuredClone(grant), this.#source);
    return this.#core.store.grants.set(row);
  }

  /** @param {SeedDeviceCredential} credential */
  addDeviceCredential(credential) {
    const row = completeDeviceCredential(structuredClone(credential), this.#source);
    return this.#core.store.deviceCredentials.set(row);
  }

  /** @param {SeedBlock} given */
  addBlock(given) {
    const { user_id: userId, ...block } = structuredClone(given);
    const { blocks } = this.#core.store;
    blocks.set(userId, [...(blocks.get(userId) ?? []), block]);
    return block;
  }

  /** @param {SeedLogEvent} event */
  addLog(event) {
    const row = completeLogEvent(structuredClone(event), this.#source);
    return this.#core.store.logs.set(row);
  }

  /** @param {SeedOrganization} organization */
  addOrganization(organization) {
    const { store } = this.#core;
    const row = completeOrganization(structuredClone(organization), this.#source);
    store.organizations.set(row);
    store.members.set(row.id, new Set());
    for (const userId of organization.members ?? []) this.addMember(row.id, userId);
    return row;
  }

  /**
   * @param {string} organizationId
   * @param {string} userId
   */
  addMember(organizationId, userId) {
    const { members, users } = this.#core.store;
    const found = members.get(organizationId);
    if (!found) throw unknownOrganization(organizationId, members.keys());
    if (!users.has(userId)) {
      const fix = "Add the user first, with addUser.";
      throw new TypeError(`There is no user with the id ${shown(userId)}. ${fix}`);
    }
    found.add(userId);
  }

  /** @param {SeedConnection} connection */
  addConnection(connection) {
    const row = completeConnection(structuredClone(connection), this.#source);
    return this.#core.store.connections.set(row);
  }

  /** @param {SeedClient} client */
  addClient(client) {
    const row = completeClient(structuredClone(client), this.#source);
    return this.#core.store.clients.set(row);
  }

  /** @param {SeedUser} user */
  addUser(user) {
    const row = this.#core.store.users.set(completeUser(structuredClone(user), this.#source));
    if (user.password !== undefined) this.#core.store.passwords.set(row.user_id, user.password);
    return row;
  }

  /** @param {SeedSession} session */
  addSession(session) {
    const row = completeSession(structuredClone(session), this.#source);
    return this.#core.store.sessions.set(row);
  }

  /**
   * Adds the row and the token itself: the one in the seed, or a new one.
   * @param {SeedRefreshToken} token
   */
  addRefreshToken(token) {
    const { store, ids } = this.#core;
    const completed = completeRefreshToken(structuredClone(token), this.#source);
    const row = store.refreshTokens.set(completed);
    store.rawRefreshTokens.set(token.token ?? ids.rawRefreshToken(), { id: row.id });
    return row;
  }
}
