// The kinds of faults in the matrix, by their names in docs/fault-matrix.md.

/** Longer than any response of a healthy tenant takes, even on a busy machine. */
export const ATTEMPT_TIMEOUT_MS = 2500;
const TOO_LONG = ATTEMPT_TIMEOUT_MS + 2000;

/** More than the library reads of one response. */
const TOO_LARGE = 9 * 1024 * 1024;

const PAGE = "<p>Please stand by</p>";

/** The required fields of all responses. */
const VITAL = [
  "id",
  "user_id",
  "provider",
  "sessions",
  "identities",
  "access_token",
  "id_token",
  "keys",
  "sub",
  "ticket",
  "issuer",
  "authenticators",
  "blocked_for",
  "device_credentials",
  "tokens",
];

/** The body of an API gateway, in a format that is not Auth0's. */
const GATEWAY = { message: "Not Found" };

/** Statuses that mean something when Auth0 sends them. */
const MEANINGFUL = [200, 202, 401, 403, 404, 429, 503];

/** Responses of a gateway or proxy in Auth0's place: the request never reaches Auth0. */
const INTERMEDIARIES = Object.fromEntries(
  MEANINGFUL.flatMap((code) => [
    [`gateway's page, ${code}`, { what: { status: code, body: PAGE } }],
    [`gateway's JSON, ${code}`, { what: { status: code, body: GATEWAY } }],
  ]),
);

const status = (code, more) => ({ what: { status: code, ...more } });
const retryAfter = (seconds) => status(429, { headers: { "retry-after": String(seconds) } });

/** The same response, about another user. */
function aboutAnother(value) {
  const isOwner = (key) => key === "user_id" || key === "sub";
  const text = JSON.stringify(value, (key, inner) => (isOwner(key) ? "auth0|another" : inner));
  return JSON.parse(text);
}

/**
 * `what` as the emulator accepts it. `isSlow`: the call waits for it. `isRemembered`: a client may rely on
 * it in later calls; `rememberedAt`: only if that request met it. `isForLists`: it makes sense only for
 * lists with pages.
 */
export const FAULTS = {
  302: status(302, { headers: { location: "/elsewhere" } }),
  400: status(400),
  401: status(401),
  403: status(403),
  404: { ...status(404), rememberedAt: "token" },
  408: status(408),
  409: status(409),
  429: status(429),
  "429, wait 1 s": { ...retryAfter(1), isSlow: true },
  "429, wait 1 h": { ...retryAfter(3600), isRemembered: true },
  500: status(500),
  503: status(503),
  "reset before": { what: { reset: "before" } },
  "hang before": { what: { hang: "before" }, isSlow: true },
  "page before": { what: { body: PAGE } },
  "408 after": status(408, { commit: true }),
  "500 after": status(500, { commit: true }),
  "reset after": { what: { reset: "after" } },
  "hang after": { what: { hang: "after" }, isSlow: true },
  "hang within": { what: { hang: "body" }, isSlow: true },
  late: { what: { delay: TOO_LONG }, isSlow: true },
  drip: { what: { drip: { bytes: 1, every: TOO_LONG } }, isSlow: true },
  truncated: { what: { truncate: true } },
  huge: { what: { huge: TOO_LARGE } },
  "page after": { what: { body: PAGE, commit: true } },
  "fields missing": { what: { missing: VITAL } },
  "fields null": { what: { nulls: VITAL } },
  "wrong types": { what: { wrongTypes: true } },
  "about another": { what: { change: aboutAnother } },
  ...INTERMEDIARIES,
  "page repeated": { what: { repeatCursor: true }, isForLists: true },
};

/** How often a fault happens, by the names of the document's columns. */
export const TIMES = { once: 1, permanently: Number.POSITIVE_INFINITY };
