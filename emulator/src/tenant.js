import { firstUrl } from "./authentication/allow-list.js";
import { Browser } from "./browser.js";
import { checkOptions, checkValue, RULES } from "./check-options.js";
import { createControlServer } from "./control/server.js";
import { Core } from "./core.js";
import { defined } from "./defined.js";
import { createDownloadServer } from "./download-server.js";
import { MANAGEMENT_SCOPES } from "./management/routes.js";
import { checkManagementScopes } from "./management/scopes.js";
import { resolveOptions } from "./options.js";
import { installApplications, Seeder } from "./seed/load.js";
import { createServer } from "./server.js";
import { SIGN_IN } from "./sign-in.js";
import { TenantState } from "./state.js";

/** @import { FastifyInstance } from "fastify" */
/** @import * as declared from "../index.js" */

const { as: _as, ...SIGN_IN_PARTS } = SIGN_IN;
const { text, object } = RULES;
const URL_PARTS = {
  clientId: text,
  redirectUri: text,
  scope: text,
  connection: text,
  state: text,
  nonce: text,
  params: object,
};

/** @type {typeof declared.startTenant} */
export async function startTenant(options) {
  const core = new Core(resolveOptions(options));
  const { host, port, domain, origin } = core.options;
  const [app, downloads] = [createServer(core), createDownloadServer(core)];
  core.url = await app.listen({ host, port });
  core.origin = origin ?? (domain ? `https://${domain}` : core.url);
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
    const core = this.#core;
    // A bad seed leaves everything as it is, whatever is wrong with it.
    const fresh = core.emptied();
    installApplications(fresh, MANAGEMENT_SCOPES);
    new Seeder(fresh).fill(seed);
    core.seed = seed;
    core.adopt(fresh);
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
  login(options) {
    checkOptions("login", options, { user: RULES.text, ...SIGN_IN_PARTS, ...URL_PARTS });
    const { user, password, deny, actor, ...request } = options;
    return this.authorize(this.authorizeUrl(request), { as: user, password, deny, actor });
  }

  /** @param {declared.AuthorizeUrlOptions} [options] */
  authorizeUrl(options = {}) {
    checkOptions("authorizeUrl", options, URL_PARTS);
    const { clientId = this.clientId, scope = "openid profile email" } = options;
    const { connection, state, nonce, params } = options;
    const { redirectUri = firstUrl(this.#core.options.callbacks) } = options;
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
    checkManagementScopes("setScopes", scopes);
    const client = this.#defaultClient();
    const others = client.grants.filter((grant) => grant.audience !== this.audience);
    client.grants = [{ audience: this.audience, scope: [...scopes] }, ...others];
  }

  rotateSecret(secret = this.#core.ids.alphanumeric(64)) {
    checkValue("The secret of rotateSecret", secret, RULES.text);
    this.#defaultClient().client_secret = secret;
    return secret;
  }

  /** @param {{ revoke?: boolean }} [options] */
  async rotateKeys(options = {}) {
    checkOptions("rotateKeys", options, { revoke: RULES.flag });
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
