import { MANAGEMENT_SCOPES } from "../management/routes.js";
import { checkSeed } from "./check.js";
import { defaultSeed } from "./default.js";
import {
  completeClient,
  completeConnection,
  completeRefreshToken,
  completeSession,
  completeUser,
} from "./rows.js";

const EXAMPLE_API = "https://api.example.com";

/** The APIs and applications that every tenant has. */
export function installApplications(core) {
  const { options, store, clientSecret } = core;
  const scopes = options.scopes ?? [...MANAGEMENT_SCOPES];
  const token_lifetime = options.tokenLifetime;
  store.apis.set({ identifier: core.audience, scopes, token_lifetime });
  store.apis.set({
    identifier: EXAMPLE_API,
    scopes: ["read:items", "write:items"],
    token_lifetime,
  });
  store.clients.set(
    completeClient(
      structuredClone({
        client_id: options.clientId,
        client_secret: clientSecret,
        name: "Default App",
        callbacks: options.callbacks,
        allowed_logout_urls: options.logoutUrls,
        grants: [
          { audience: core.audience, scope: scopes },
          { audience: EXAMPLE_API, scope: [] },
        ],
        ...options.client,
      }),
      core,
    ),
  );
}

/**
 * Adds rows to a tenant, completing what they leave out. Rows are copied, so that neither a reset nor
 * another tenant meets what this one did to them.
 */
export class Seeder {
  #core;

  constructor(core) {
    this.#core = core;
  }

  get #context() {
    const { ids, clock, options, audience } = this.#core;
    return { ids, clock, audience, clientId: options.clientId };
  }

  /** @param {object} [seed] replaces the default one; connections stay unless it names some */
  load(seed) {
    if (seed) checkSeed(seed, this.#core.store);
    const standard = defaultSeed(this.#core.clock);
    const { connections = standard.connections, ...rows } = seed ?? standard;
    for (const connection of connections) this.addConnection(connection);
    for (const api of rows.apis ?? []) this.addApi(api);
    for (const client of rows.clients ?? []) this.addClient(client);
    for (const user of rows.users ?? []) this.addUser(user);
    for (const session of rows.sessions ?? []) this.addSession(session);
    for (const token of rows.refreshTokens ?? []) this.addRefreshToken(token);
    for (const method of rows.authenticationMethods ?? []) this.addAuthenticationMethod(method);
    for (const block of rows.blocks ?? []) this.addBlock(block);
  }

  addApi(api) {
    const { tokenLifetime } = this.#core.options;
    const row = { scopes: [], token_lifetime: tokenLifetime, ...structuredClone(api) };
    return this.#core.store.apis.set(row);
  }

  addAuthenticationMethod(method) {
    const { ids, clock, store } = this.#core;
    const row = {
      id: ids.device(method.type),
      confirmed: true,
      created_at: clock.iso(),
      ...structuredClone(method),
    };
    return store.authenticationMethods.set(row);
  }

  addBlock(given) {
    const { user_id: userId, ...block } = structuredClone(given);
    const { blocks } = this.#core.store;
    blocks.set(userId, [...(blocks.get(userId) ?? []), block]);
    return block;
  }

  addConnection(connection) {
    const row = completeConnection(structuredClone(connection), this.#context);
    return this.#core.store.connections.set(row);
  }

  addClient(client) {
    const row = completeClient(structuredClone(client), this.#context);
    return this.#core.store.clients.set(row);
  }

  addUser(user) {
    const row = this.#core.store.users.set(completeUser(structuredClone(user), this.#context));
    if (user.password !== undefined) this.#core.store.passwords.set(row.user_id, user.password);
    return row;
  }

  addSession(session) {
    const row = completeSession(structuredClone(session), this.#context);
    return this.#core.store.sessions.set(row);
  }

  /** @returns {object} the row; its raw token is `token` of the seed, or new */
  addRefreshToken(token) {
    const { store, ids } = this.#core;
    const completed = completeRefreshToken(structuredClone(token), this.#context);
    const row = store.refreshTokens.set(completed);
    store.rawRefreshTokens.set(token.token ?? ids.rawRefreshToken(), { id: row.id });
    return row;
  }
}
