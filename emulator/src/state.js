import { Seeder } from "./seed/load.js";

/** What the tenant knows, to be read and changed by a test without a request. */
export class TenantState {
  #core;
  #seeder;

  constructor(core) {
    this.#core = core;
    this.#seeder = new Seeder(core);
  }

  /** Adds a seed's rows, or those of the default one. */
  loadSeed(seed) {
    this.#seeder.load(seed);
  }

  user(id) {
    return this.#settled().users.get(id);
  }

  users() {
    return this.#settled().users.values();
  }

  session(id) {
    return this.#settled().sessions.get(id);
  }

  /** All sessions, or one user's. */
  sessions(userId) {
    return rows(this.#settled().sessions, userId);
  }

  refreshTokens(userId) {
    return rows(this.#settled().refreshTokens, userId);
  }

  connections() {
    return this.#settled().connections.values();
  }

  addUser(user) {
    return this.#seeder.addUser(user);
  }

  removeUser(id) {
    return this.#core.store.deleteUser(id);
  }

  addSession(session) {
    return this.#seeder.addSession(session);
  }

  addRefreshToken(token) {
    return this.#seeder.addRefreshToken(token);
  }

  addConnection(connection) {
    return this.#seeder.addConnection(connection);
  }

  addClient(client) {
    return this.#seeder.addClient(client);
  }

  addApi(api) {
    return this.#seeder.addApi(api);
  }

  addAuthenticationMethod(method) {
    return this.#seeder.addAuthenticationMethod(method);
  }

  addBlock(block) {
    return this.#seeder.addBlock(block);
  }

  authenticationMethods(userId) {
    return rows(this.#settled().authenticationMethods, userId);
  }

  logs(userId) {
    return rows(this.#settled().logs, userId);
  }

  /** The store after due work was done. */
  #settled() {
    this.#core.jobs.settle();
    return this.#core.store;
  }
}

function rows(table, owner) {
  return owner === undefined ? table.values() : table.of(owner);
}
