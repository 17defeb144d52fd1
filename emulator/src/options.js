import { badOption, checkOptions, RULES } from "./check-options.js";
import { resolveControl } from "./control/options.js";
import { defined } from "./defined.js";
import { isCertificateName } from "./formats.js";
import { problemOfSigningKey } from "./keys.js";
import { checkManagementScopes } from "./management/scopes.js";
import { LIMITS } from "./plans.js";

/** @import { ControlOptions, HttpsOptions, TenantOptions } from "../index.js" */

/** @typedef {"control" | "onToken" | "domain" | "origin" | "clientSecret" | "scopes" | "seed" | "deterministic" | "signingKey" | "sessionManagement" | "onRequest"} WithoutDefault */
/** @typedef {Required<Omit<TenantOptions, WithoutDefault>> & Pick<TenantOptions, Exclude<WithoutDefault, "control">> & { control?: Required<ControlOptions> }} ResolvedOptions */

const DAY_SECONDS = 86_400;

/** @type {ResolvedOptions} */
const DEFAULTS = {
  host: "127.0.0.1",
  port: 0,
  https: false,
  http2: true,
  domain: undefined,
  origin: undefined,
  clientId: "x6JQCUgTHFxLjAUqJE7Fx2Iyud62IlhI",
  clientSecret: undefined,
  client: {},
  scopes: undefined,
  tokenLifetime: DAY_SECONDS,
  logoutUrls: ["http://localhost:3000", "http://127.0.0.1:3000"],
  callbacks: ["http://localhost:3000/callback", "http://127.0.0.1:3000/callback"],
  tenantLogoutUrls: [],
  seed: undefined,
  quirks: {},
  deterministic: undefined,
  signingKey: undefined,
  deleteDelay: 0,
  searchDelay: 0,
  exportDelay: 0,
  idTokenLifetime: 36_000,
  sessionIdleLifetime: 72 * 3600,
  sessionLifetime: 168 * 3600,
  plan: "unlimited",
  rateLimits: {},
  sessionManagement: undefined,
  customDomains: [],
  recordLimit: 20_000,
  onRequest: undefined,
  onToken: undefined,
  control: undefined,
};

const { text, texts, flag, milliseconds, seconds, listener, object, redirects } = RULES;

/** @type {import("./check-options.js").Rule} */
const HTTPS = [
  (value) => typeof value === "boolean" || object[0](value),
  "true, false or an object of options",
];

/** @type {import("./check-options.js").Rule} */
const ORIGIN = [
  (value) =>
    URL.canParse(value) && new URL(value).origin === value && /^https?:/.test(String(value)),
  "an origin, such as http://auth0:4000",
];

/** @type {import("./check-options.js").Rule} */
const LIMIT = [
  (value) => value === Number.POSITIVE_INFINITY || RULES.count[0](value),
  "a whole number of 0 or more, or Infinity",
];

/** @type {import("./check-options.js").Rule} */
const HOSTS = [
  (value) => Array.isArray(value) && value.every(RULES.host[0]),
  "a list of hosts without a scheme or a path",
];

/**
 * A login without a redirect_uri goes to the first.
 * @type {import("./check-options.js").Rule}
 */
const CALLBACKS = [(value) => redirects[0](value) && value.length > 0, redirects[1]];

/**
 * The type of each option. Plans, seeds and quirks are checked where they are used.
 * @type {Record<keyof TenantOptions, import("./check-options.js").Rule>}
 */
const TYPES = {
  host: text,
  port: RULES.port,
  https: HTTPS,
  http2: flag,
  domain: RULES.host,
  origin: ORIGIN,
  clientId: text,
  clientSecret: text,
  client: object,
  scopes: texts,
  tokenLifetime: seconds,
  logoutUrls: redirects,
  callbacks: CALLBACKS,
  tenantLogoutUrls: redirects,
  seed: object,
  quirks: object,
  deterministic: text,
  // Checked separately, because messages quote what is refused here.
  signingKey: [() => true, ""],
  deleteDelay: milliseconds,
  searchDelay: milliseconds,
  exportDelay: milliseconds,
  idTokenLifetime: seconds,
  sessionIdleLifetime: seconds,
  sessionLifetime: seconds,
  plan: text,
  rateLimits: object,
  sessionManagement: flag,
  customDomains: HOSTS,
  recordLimit: LIMIT,
  onRequest: listener,
  onToken: listener,
  control: object,
};

/** @type {import("./check-options.js").Rule} */
const RATE = [
  isRate,
  "{ burst, perSecond }: how many requests at once, a whole number, and how many are added back per second",
];
const RATES = Object.fromEntries(LIMITS.map((name) => [name, RATE]));

/** @type {import("./check-options.js").Rule} */
const NAMES = [
  (value) => Array.isArray(value) && value.every((one) => text[0](one) && isCertificateName(one)),
  "a list of host names and addresses without a scheme or a port",
];

/** @type {Record<keyof HttpsOptions, import("./check-options.js").Rule>} */
const HTTPS_TYPES = { hosts: NAMES, onlyHosts: flag, expired: flag };

/**
 * Applies the defaults, and rejects unknown options and impossible values.
 * @param {TenantOptions} [given]
 * @returns {ResolvedOptions}
 */
export function resolveOptions(given = {}) {
  checkOptions("startTenant", given, TYPES);
  if (typeof given.https === "object") checkHttps(given.https);
  checkOptions("rateLimits", given.rateLimits ?? {}, RATES);
  if (given.scopes) checkManagementScopes('The option "scopes" of startTenant', given.scopes);
  const options = {
    ...DEFAULTS,
    .../** @type {TenantOptions} */ (defined(given)),
    control: resolveControl(given.control),
  };
  if (options.domain !== undefined && !options.https) {
    throw new TypeError('The option "domain" needs "https": real Auth0 domains only speak HTTPS');
  }
  checkOrigin(options);
  checkSigningKey(options.signingKey);
  if (options.client.client_id !== undefined) {
    throw new TypeError('The option "client" cannot name a client_id: use the option "clientId"');
  }
  return options;
}

/** @param {any} rate */
function isRate(rate) {
  if (!object[0](rate)) return false;
  const { burst, perSecond, ...others } = rate;
  const isBurst = Number.isInteger(burst) && burst > 0;
  return isBurst && Number.isFinite(perSecond) && perSecond > 0 && Object.keys(others).length === 0;
}

/** @param {HttpsOptions} https */
function checkHttps(https) {
  checkOptions("https", https, HTTPS_TYPES);
  if (!https.onlyHosts || https.hosts?.length) return;
  throw badOption("https", "onlyHosts", "needs at least one name in hosts");
}

/** @param {ResolvedOptions} options */
function checkOrigin({ origin, domain, https }) {
  if (origin === undefined) return;
  if (domain !== undefined) {
    throw new TypeError('The options "domain" and "origin" say the same: use one of them');
  }
  const scheme = https ? "https:" : "http:";
  if (new URL(origin).protocol === scheme) return;
  const reason = `must begin with ${scheme}// here: the option "https" decides the scheme`;
  throw badOption("startTenant", "origin", reason);
}

/** @param {string | undefined} pem */
function checkSigningKey(pem) {
  const problem = pem === undefined ? undefined : problemOfSigningKey(pem);
  if (!problem) return;
  const expected = "an RSA private key of at least 2048 bits, as PEM";
  const fix = "Generate one: openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048";
  throw badOption("startTenant", "signingKey", `must be ${expected}, ${problem}. ${fix}`, fix);
}
