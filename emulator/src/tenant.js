import { Browser } from "./browser.js";
import { Core } from "./core.js";
import { resolveOptions } from "./options.js";
import { installApplications } from "./seed/load.js";
import { createServer } from "./server.js";
import { TenantState } from "./state.js";

/**
 * Starts an Auth0 tenant on loopback.
 * @param {import("../index.js").TenantOptions} [options]
 * @returns {Promise<import("../index.js").Tenant>}
 */
export async function startTenant(options) {
  const core = new Core(resolveOptions(options));
  const app = createServer(core);
  core.url = await app.listen({ host: core.options.host, port: core.options.port });
  core.origin = core.options.domain ? `https://${core.options.domain}` : core.url;
  const tenant = new Tenant(core, app);
  try {
    tenant.reset();
  } catch (error) {
    await tenant.close();
    throw error;
  }
  return tenant;
}

/** What a test holds in its hands. */
class Tenant extends TenantState {
  #core;
  #app;

  constructor(core, app) {
    super(core);
    this.#core = core;
    this.#app = app;
  }

  get domain() {
    return this.#core.origin.replace(/^https:\/\//, "");
  }

  /** In HTTPS mode, the certificate authority to trust, PEM. */
  get ca() {
    return this.#core.tls?.ca;
  }

  get origin() {
    return this.#core.origin;
  }

  /** Where the tenant listens, whatever its domain is called. */
  get url() {
    return this.#core.url;
  }

  get issuer() {
    return this.#core.issuer;
  }

  get audience() {
    return this.#core.audience;
  }

  get clientId() {
    return this.#core.options.clientId;
  }

  get clientSecret() {
    return this.#core.store.clients.get(this.clientId).client_secret;
  }

  get clock() {
    return this.#core.clock;
  }

  /** Every route: method, template, operation. */
  get routes() {
    return [...this.#core.routes];
  }

  get requests() {
    return this.#core.recorder.requests;
  }

  get requestCount() {
    return this.#core.recorder.count;
  }

  clearRequests() {
    this.#core.recorder.clear();
  }

  /**
   * Back to the seed, to real time and the first identifier, with full buckets and no request
   * remembered. Tokens and keys stay good.
   */
  reset() {
    this.clock.reset();
    this.#core.ids.reset();
    this.setPlan(this.#core.options.plan);
    this.#core.store.clear();
    this.#core.jobs.clear();
    this.#core.searchIndex.clear();
    this.#core.faults.clear();
    installApplications(this.#core);
    this.loadSeed(this.#core.options.seed);
    this.clearRequests();
  }

  /**
   * Lets requests to come fail, once unless `times` says more.
   * @see import("../index.js").Fault
   */
  fault(match, what, times) {
    return this.#core.faults.add(match, what, times);
  }

  clearFaults() {
    this.#core.faults.clear();
  }

  /** A browser with a cookie jar of its own, for single sign-on. */
  browser(options) {
    return new Browser(this.#core, options);
  }

  /** Signs in through the real pages and returns what the callback received. */
  authorize(url, how) {
    return this.browser().authorize(url, how);
  }

  /**
   * The same, with the URL made here.
   * @param {{ user: string, clientId?: string, redirectUri?: string, connection?: string,
   *   scope?: string, state?: string, nonce?: string, params?: Record<string, string> }} options
   */
  login({ user, password, deny, params, ...given }) {
    return this.authorize(this.authorizeUrl({ ...given, params }), { as: user, password, deny });
  }

  authorizeUrl({
    clientId = this.clientId,
    redirectUri = this.#core.options.callbacks[0],
    scope = "openid profile email",
    connection,
    state,
    nonce,
    params,
  } = {}) {
    const query = {
      response_type: "code",
      client_id: clientId,
      redirect_uri: redirectUri,
      scope,
      connection,
      state,
      nonce,
      ...params,
    };
    const present = Object.entries(query).filter(([, value]) => value !== undefined);
    return `${this.origin}/authorize?${new URLSearchParams(present)}`;
  }

  /** Another plan's rate limits, with full buckets. */
  setPlan(plan) {
    this.#core.limits.use(plan);
  }

  /** The scopes of the default client from its next token on. */
  setScopes(scopes) {
    const client = this.#core.store.clients.get(this.clientId);
    const others = client.grants.filter((grant) => grant.audience !== this.audience);
    client.grants = [{ audience: this.audience, scope: [...scopes] }, ...others];
  }

  /** Gives the default client another secret; the old one fails at once. */
  rotateSecret(secret = this.#core.ids.alphanumeric(64)) {
    this.#core.store.clients.get(this.clientId).client_secret = secret;
    return secret;
  }

  /** @param {{ revoke?: boolean }} [options] */
  async rotateKeys(options) {
    const kid = await this.#core.keys.rotate(options);
    this.#core.tokens.forget();
    return kid;
  }

  /** Finishes every accepted delete now. */
  settle() {
    this.#core.jobs.settle({ all: true });
  }

  async close() {
    await this.#app.close();
  }

  async [Symbol.asyncDispose ?? Symbol.for("nodejs.asyncDispose")]() {
    await this.close();
  }
}
