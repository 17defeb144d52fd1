import { checkRow } from "./seed/check.js";
import { Seeder, unknownOrganization } from "./seed/load.js";
import { deviceCredentialsOf } from "./store/device-credentials.js";
import { rowsOfUser } from "./unknown-user.js";

/**
 * @import {
 *   Seed, SeedApi, SeedAuthenticationMethod, SeedBlock, SeedClient, SeedConnection,
 *   SeedDeviceCredential, SeedGrant, SeedLogEvent, SeedOrganization, SeedRefreshToken, SeedSession, SeedUser,
 * } from "../index.js"
 */
/** @import { Core } from "./core.js" */
/** @import { Store } from "./store/store.js" */
/** @import { Table } from "./store/table.js" */

/** The tenant's data, which a test reads and changes without a request. */
export class TenantState {
  #core;
  #seeder;

  /** @param {Core} core */
  constructor(core) {
    this.#core = core;
    this.#seeder = new Seeder(core);
  }

  /**
   * Adds the rows of a seed, or those of the default one.
   * @param {Seed} [seed]
   */
  loadSeed(seed) {
    this.#seeder.load(seed);
  }

  /** @param {string} id */
  user(id) {
    return this.#settled().users.get(id);
  }

  users() {
    return this.#settled().users.values();
  }

  /** @param {string} id */
  session(id) {
    return this.#settled().sessions.get(id);
  }

  /** @param {string} [userId] */
  sessions(userId) {
    const store = this.#settled();
    return rows(store, store.sessions, userId);
  }

  /** @param {string} [userId] */
  refreshTokens(userId) {
    const store = this.#settled();
    return rows(store, store.refreshTokens, userId);
  }

  /** @param {string} [userId] */
  authenticationMethods(userId) {
    const store = this.#settled();
    return rows(store, store.authenticationMethods, userId);
  }

  /** @param {string} [userId] */
  grants(userId) {
    const store = this.#settled();
    return rows(store, store.grants, userId);
  }

  /** @param {string} [userId] */
  deviceCredentials(userId) {
    const store = this.#settled();
    const rows = deviceCredentialsOf(store, userId);
    return userId === undefined ? rows : rowsOfUser(store, userId, rows);
  }

  /** @param {string} [userId] */
  blocks(userId) {
    const store = this.#settled();
    const { blocks } = store;
    if (userId === undefined) return [...blocks.values()].flat();
    return rowsOfUser(store, userId, blocks.get(userId) ?? []);
  }

  /** @param {string} [userId] */
  emails(userId) {
    const store = this.#settled();
    return rows(store, store.emails, userId);
  }

  /** @param {string} [userId] */
  logs(userId) {
    const store = this.#settled();
    return rows(store, store.logs, userId);
  }

  organizations() {
    return this.#settled().organizations.values();
  }

  /** @param {string} organizationId */
  members(organizationId) {
    const store = this.#settled();
    if (!store.organizations.has(organizationId)) {
      throw unknownOrganization(organizationId, store.members.keys());
    }
    return store.membersOf(organizationId);
  }

  connections() {
    return this.#settled().connections.values();
  }

  /** @param {SeedUser} user */
  addUser(user) {
    checkRow("addUser", "users", user, this.#core.store);
    return this.#seeder.addUser(user);
  }

  /** @param {string} id */
  removeUser(id) {
    return this.#core.store.deleteUser(id);
  }

  /** @param {SeedSession} session */
  addSession(session) {
    checkRow("addSession", "sessions", session, this.#core.store);
    return this.#seeder.addSession(session);
  }

  /** @param {SeedRefreshToken} token */
  addRefreshToken(token) {
    checkRow("addRefreshToken", "refreshTokens", token, this.#core.store);
    return this.#seeder.addRefreshToken(token);
  }

  /** @param {SeedConnection} connection */
  addConnection(connection) {
    checkRow("addConnection", "connections", connection, this.#core.store);
    return this.#seeder.addConnection(connection);
  }

  /** @param {SeedClient} client */
  addClient(client) {
    checkRow("addClient", "clients", client, this.#core.store);
    return this.#seeder.addClient(client);
  }

  /** @param {SeedApi} api */
  addApi(api) {
    checkRow("addApi", "apis", api, this.#core.store);
    return this.#seeder.addApi(api);
  }

  /** @param {SeedAuthenticationMethod} method */
  addAuthenticationMethod(method) {
    checkRow("addAuthenticationMethod", "authenticationMethods", method, this.#core.store);
    return this.#seeder.addAuthenticationMethod(method);
  }

  /** @param {SeedGrant} grant */
  addGrant(grant) {
    checkRow("addGrant", "grants", grant, this.#core.store);
    return this.#seeder.addGrant(grant);
  }

  /** @param {SeedDeviceCredential} credential */
  addDeviceCredential(credential) {
    checkRow("addDeviceCredential", "deviceCredentials", credential, this.#core.store);
    return this.#seeder.addDeviceCredential(credential);
  }

  /** @param {SeedBlock} block */
  addBlock(block) {
    checkRow("addBlock", "blocks", block, this.#core.store);
    return this.#seeder.addBlock(block);
  }

  /** @param {SeedLogEvent} event */
  addLog(event) {
    checkRow("addLog", "logs", event, this.#core.store);
    return this.#seeder.addLog(event);
  }

  /** @param {SeedOrganization} organization */
  addOrganization(organization) {
    checkRow("addOrganization", "organizations", organization, this.#core.store);
    return this.#seeder.addOrganization(organization);
  }

  /**
   * @param {string} organizationId
   * @param {string} userId
   */
  addMember(organizationId, userId) {
    this.#seeder.addMember(organizationId, userId);
  }

  /** The store, after due jobs have run. */
  #settled() {
    this.#core.jobs.settle();
    return this.#core.store;
  }
}

/**
 * @template {object} Row
 * @param {Store} store
 * @param {Table<Row>} table
 * @param {string | undefined} owner
 */
function rows(store, table, owner) {
  return owner === undefined ? table.values() : rowsOfUser(store, owner, table.of(owner));
}
