import { Browser } from "./browser.js";
import { createControlServer } from "./control/server.js";
import { Core } from "./core.js";
import { defined } from "./defined.js";
import { createDownloadServer } from "./download-server.js";
import { MANAGEMENT_SCOPES } from "./management/routes.js";
import { resolveOptions } from "./options.js";
import { checkSeed } from "./seed/check.js";
import { installApplications } from "./seed/load.js";
import { createServer } from "./server.js";
import { TenantState } from "./state.js";
import { Store } from "./store/store.js";

/** @import { FastifyInstance } from "fastify" */
/** @import * as declared from "../index.js" */

/** @type {typeof declared.startTenant} */
export async function startTenant(options) {
  const core = new Core(resolveOptions(options));
  const { host, port, domain } = core.options;
  const [app, downloads] = [createServer(core), createDownloadServer(core)];
  core.url = await app.listen({ host, port });
  core.origin = domain ? `https://${domain}` : core.url;
  const servers = [app, downloads];
  const tenant = new Tenant(core, servers);
  try {
    core.exportsUrl = await downloads.listen({ host, port: 0 });
    tenant.reset();
    const { control } = core.options;
    if (control) {
      const server = createControlServer(core, tenant, control);
      servers.push(server);
      core.controlUrl = await server.listen({ host, port: control.port });
    }
  } catch (error) {
    await tenant.close();
    throw error;
  }
  return tenant;
}

/** @implements {declared.Tenant} */
class Tenant extends TenantState {
  #core;
  #servers;

  /**
   * @param {Core} core
   * @param {FastifyInstance[]} servers
   */
  constructor(core, servers) {
    super(core);
    this.#core = core;
    this.#servers = servers;
  }

  get domain() {
    return this.#core.origin.replace(/^https:\/\//, "");
  }

  get ca() {
    return this.#core.tls?.ca;
  }

  get origin() {
    return this.#core.origin;
  }

  get url() {
    return this.#core.url;
  }

  get exportsUrl() {
    return this.#core.exportsUrl;
  }

  get controlUrl() {
    return this.#core.controlUrl;
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
    return /** @type {string} */ (this.#defaultClient().client_secret);
  }

  get clock() {
    return this.#core.clock;
  }

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

  /** @param {declared.Seed} [seed] */
  reset(seed = this.#core.seed) {
    // A bad seed leaves everything as it is.
    if (seed) checkSeed(seed, new Store());
    this.#core.seed = seed;
    this.clock.reset();
    this.#core.ids.reset();
    this.setPlan(this.#core.options.plan);
    this.#core.store.clear();
    this.#core.jobs.clear();
    this.#core.searchIndex.clear();
    this.#core.faults.clear();
    installApplications(this.#core, MANAGEMENT_SCOPES);
    this.loadSeed(seed);
    this.clearRequests();
  }

  /**
   * @param {declared.FaultMatch} match
   * @param {declared.Fault} what
   * @param {number} [times]
   */
  fault(match, what, times) {
    return this.#core.faults.add(match, what, times);
  }

  clearFaults() {
    this.#core.faults.clear();
  }

  /** @param {{ userAgent?: string }} [options] */
  browser(options) {
    return new Browser(this.#core, options);
  }

  /**
   * @param {string | URL} url
   * @param {declared.SignIn} [how]
   */
  authorize(url, how) {
    return this.browser().authorize(url, how);
  }

  /** @param {declared.LoginOptions} options */
  login({ user, password, deny, ...request }) {
    return this.authorize(this.authorizeUrl(request), { as: user, password, deny });
  }

  /** @param {declared.AuthorizeUrlOptions} [options] */
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
    return `${this.origin}/authorize?${new URLSearchParams(defined(query))}`;
  }

  /** @param {declared.Plan} plan */
  setPlan(plan) {
    this.#core.limits.use(plan);
  }

  /** @param {string[]} scopes */
  setScopes(scopes) {
    const client = this.#defaultClient();
    const others = client.grants.filter((grant) => grant.audience !== this.audience);
    client.grants = [{ audience: this.audience, scope: [...scopes] }, ...others];
  }

  rotateSecret(secret = this.#core.ids.alphanumeric(64)) {
    this.#defaultClient().client_secret = secret;
    return secret;
  }

  /** @param {{ revoke?: boolean }} [options] */
  async rotateKeys(options) {
    const kid = await this.#core.keys.rotate(options);
    this.#core.tokens.forget();
    return kid;
  }

  settle() {
    this.#core.jobs.settle({ all: true });
  }

  async close() {
    this.#core.closing.abort();
    await Promise.all(this.#servers.map((server) => server.close()));
  }

  async [Symbol.asyncDispose]() {
    await this.close();
  }

  #defaultClient() {
    const client = this.#core.store.clients.get(this.clientId);
    if (!client) throw new Error("The default application was removed.");
    return client;
  }
}
