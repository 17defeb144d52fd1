import { setMaxListeners } from "node:events";
import { Clock } from "./clock.js";
import { Faults } from "./faults/faults.js";
import { Ids } from "./ids.js";
import { Jobs } from "./jobs.js";
import { SigningKeys } from "./keys.js";
import { writeLog } from "./logs.js";
import { resolveQuirks } from "./quirks.js";
import { RateLimits } from "./rate-limits.js";
import { Recorder } from "./recorder.js";
import { SearchIndex } from "./search-index.js";
import { Store } from "./store/store.js";
import { createTls } from "./tls/server.js";
import { Tokens } from "./tokens.js";

/** @import { Request } from "./http.js" */
/** @import { ResolvedOptions } from "./options.js" */

/** @typedef {{ method: string, template: string, operation?: string }} Route */

/** The parts of one tenant. Two tenants share nothing. */
export class Core {
  /** Where the tenant listens. Set once the port is known, as are the next two. */
  url = "";
  /** What the tenant calls itself. */
  origin = "";
  /** Where users exports are downloaded. */
  exportsUrl = "";
  /**
   * Where the tenant is controlled over HTTP, if it is.
   * @type {string | undefined}
   */
  controlUrl;

  /** In HTTPS mode: the certificate authority, and the server's certificate and key, as PEM. */
  tls;

  /** @param {ResolvedOptions} options */
  constructor(options) {
    this.options = options;
    /** What a reset restores. */
    this.seed = options.seed;
    this.quirks = resolveQuirks(options.quirks);
    this.clock = new Clock();
    this.ids = new Ids(options.deterministic);
    // What survives a reset draws from a sequence of its own, so that no identifier is used twice.
    const lasting = new Ids(options.deterministic && `${options.deterministic} lasting`);
    this.clientSecret = options.clientSecret ?? lasting.alphanumeric(64);
    this.jobs = new Jobs(this.clock);
    this.keys = new SigningKeys(lasting, options.signingKey);
    this.tokens = new Tokens(this.keys, this.clock);
    this.store = new Store();
    this.searchIndex = new SearchIndex(this);
    this.limits = new RateLimits(this, options.plan);
    this.faults = new Faults(this);
    /**
     * Open connections.
     * @type {Set<import("node:net").Socket>}
     */
    this.sockets = new Set();
    /** @type {Route[]} */
    this.routes = [];
    /** Aborts when the tenant closes. */
    this.closing = new AbortController();
    setMaxListeners(0, this.closing.signal);
    if (options.https) this.tls = createTls(options);
    this.recorder = new Recorder(options.recordLimit, options.onRequest);
  }

  /**
   * The same tenant without rows, at the present. What fails in it changes nothing here.
   * @returns {Core}
   */
  emptied() {
    return Object.create(this, {
      clock: { value: new Clock() },
      ids: { value: new Ids(this.options.deterministic) },
      store: { value: new Store() },
    });
  }

  /**
   * Continues with the rows of an emptied tenant that has been filled, in real time.
   * @param {Core} filled
   */
  adopt({ ids, store }) {
    this.clock.reset();
    this.ids = ids;
    this.store.replace(store);
    this.limits.use(this.options.plan);
    this.jobs.clear();
    this.searchIndex.clear();
    this.faults.clear();
    this.recorder.clear();
  }

  /**
   * @param {string} type Auth0's event code
   * @param {Record<string, unknown>} fields
   * @param {Request} request
   */
  log(type, fields, request) {
    writeLog(this, type, fields, request);
  }

  /** Whether sessions and refresh tokens can be managed. The plan decides, unless the option does. */
  get sessionManagement() {
    return this.options.sessionManagement ?? this.limits.hasSessionManagement;
  }

  get issuer() {
    return `${this.origin}/`;
  }

  get audience() {
    return `${this.origin}/api/v2/`;
  }

  get customIssuers() {
    return this.options.customDomains.map((domain) => issuerAt(this.origin, domain));
  }

  /**
   * A token belongs to the domain on which it was requested, canonical or custom.
   * @param {Request} request
   */
  issuerFor({ host }) {
    return this.options.customDomains.includes(host) ? issuerAt(this.origin, host) : this.issuer;
  }
}

/**
 * A custom domain is served with the scheme of the canonical one.
 * @param {string} origin
 * @param {string} domain
 */
const issuerAt = (origin, domain) => `${origin.split(":")[0]}://${domain}/`;
