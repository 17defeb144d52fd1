const DAY_SECONDS = 86_400;

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
  idTokenLifetime: 36_000,
  sessionIdleLifetime: 72 * 3600,
  sessionLifetime: 168 * 3600,
  plan: "unlimited",
  sessionManagement: undefined,
  customDomains: [],
  recordLimit: 20_000,
  onRequest: undefined,
};

/** Fills in defaults; a key that does not exist is a mistake worth stopping for. */
export function resolveOptions(given = {}) {
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(DEFAULTS, name)) {
      throw new TypeError(`Unknown option "${name}". Known: ${Object.keys(DEFAULTS).join(", ")}`);
    }
  }
  const options = { ...DEFAULTS, ...given };
  if (options.domain !== undefined && !options.https) {
    throw new TypeError('The option "domain" needs "https", for no real domain is reached without');
  }
  return options;
}
