import { resolveControl } from "./control/options.js";

/** @import { ControlOptions, TenantOptions } from "../index.js" */

/** @typedef {"control" | "onToken" | "domain" | "clientSecret" | "scopes" | "seed" | "deterministic" | "sessionManagement" | "onRequest"} WithoutDefault */
/** @typedef {Required<Omit<TenantOptions, WithoutDefault>> & Pick<TenantOptions, Exclude<WithoutDefault, "control">> & { control?: Required<ControlOptions> }} ResolvedOptions */

const DAY_SECONDS = 86_400;

/** @type {ResolvedOptions} */
const DEFAULTS = {
  host: "127.0.0.1",
  port: 0,
  https: false,
  http2: true,
  domain: undefined,
  clientId: "x6JQCUgTHFxLjAUqJE7Fx2Iyud62IlhI",
  clientSecret: undefined,
  client: {},
  scopes: undefined,
  tokenLifetime: DAY_SECONDS,
  logoutUrls: ["http://localhost:3000", "http://127.0.0.1:3000"],
  callbacks: ["http://localhost:3000/callback", "http://127.0.0.1:3000/callback"],
  seed: undefined,
  quirks: {},
  deterministic: undefined,
  deleteDelay: 0,
  searchDelay: 0,
  exportDelay: 0,
  idTokenLifetime: 36_000,
  sessionIdleLifetime: 72 * 3600,
  sessionLifetime: 168 * 3600,
  plan: "unlimited",
  sessionManagement: undefined,
  customDomains: [],
  recordLimit: 20_000,
  onRequest: undefined,
  onToken: undefined,
  control: undefined,
};

/**
 * Applies the defaults. An unknown option is an error, because it is most likely a typo.
 * @param {TenantOptions} [given]
 * @returns {ResolvedOptions}
 */
export function resolveOptions(given = {}) {
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(DEFAULTS, name)) {
      throw new TypeError(`Unknown option "${name}". Known: ${Object.keys(DEFAULTS).join(", ")}`);
    }
  }
  const options = { ...DEFAULTS, ...given, control: resolveControl(given.control) };
  if (options.domain !== undefined && !options.https) {
    throw new TypeError('The option "domain" needs "https": real Auth0 domains only speak HTTPS');
  }
  return options;
}
