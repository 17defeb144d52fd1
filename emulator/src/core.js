import { Clock } from "./clock.js";
import { Faults } from "./faults/rules.js";
import { Ids } from "./ids.js";
import { Jobs } from "./jobs.js";
import { SigningKeys } from "./keys.js";
import { writeLog } from "./logs.js";
import { resolveQuirks } from "./quirks.js";
import { RateLimits } from "./rate-limits.js";
import { Recorder } from "./recorder.js";
import { SearchIndex } from "./search-index.js";
import { Store } from "./store.js";
import { createTls } from "./tls/server.js";
import { Tokens } from "./tokens.js";

/** One tenant's parts. Nothing here is shared between two tenants. */
export class Core {
  /** Where it listens and what it calls itself, both set when the port is known. */
  url = "";
  origin = "";

  /** In HTTPS mode: the authority, and the server's certificate and key. All PEM. */
  tls;

  constructor(options) {
    this.options = options;
    this.quirks = resolveQuirks(options.quirks);
    this.clock = new Clock();
    this.ids = new Ids(options.deterministic);
    // What outlives a reset has identifiers of its own, so that none is given twice.
    const lasting = new Ids(options.deterministic && `${options.deterministic} lasting`);
    this.clientSecret = options.clientSecret ?? lasting.alphanumeric(64);
    this.jobs = new Jobs(this.clock);
    this.keys = new SigningKeys(lasting);
    this.tokens = new Tokens(this.keys, this.clock);
    this.store = new Store();
    this.searchIndex = new SearchIndex(this);
    this.limits = new RateLimits(this, options.plan);
    this.faults = new Faults(this);
    /** Open connections. */
    this.sockets = new Set();
    /** Every route: method, template, operation. */
    this.routes = [];
    if (options.https) this.tls = createTls(options);
    this.recorder = new Recorder(options.recordLimit, options.onRequest);
  }

  log(type, fields, request) {
    writeLog(this, type, fields, request);
  }

  /** Whether sessions and refresh tokens can be managed: told by option, or a matter of the plan. */
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
    const scheme = this.origin.split(":")[0];
    return this.options.customDomains.map((domain) => `${scheme}://${domain}/`);
  }

  /** A token belongs to the domain it was asked for on, canonical or custom. */
  issuerFor(request) {
    const { host } = request;
    if (!this.options.customDomains.includes(host)) return this.issuer;
    return `${this.origin.split(":")[0]}://${host}/`;
  }
}
