import { ApiError, OAuthError, PageError } from "./errors.js";
import { PLANS } from "./plans.js";

class Bucket {
  constructor(name, { burst, perSecond }, now) {
    this.name = name;
    this.limit = burst;
    this.perMillisecond = perSecond / 1000;
    this.level = burst;
    this.at = now;
  }

  /** @returns {boolean} whether a request was left */
  take(now) {
    this.level = Math.min(
      this.limit,
      this.level + Math.max(0, now - this.at) * this.perMillisecond,
    );
    this.at = now;
    if (this.level < 1) return false;
    this.level -= 1;
    return true;
  }

  /** Milliseconds until at least one request is added back. */
  get wait() {
    const missing = this.level >= 1 ? Math.min(1, this.limit - this.level) : 1 - this.level;
    return missing / this.perMillisecond;
  }

  get resetSeconds() {
    return Math.ceil((this.at + this.wait) / 1000);
  }
}

/** Token buckets by plan: the API-wide one is asked first, then the one of the endpoint's group. */
export class RateLimits {
  #core;
  #plan;
  #buckets = new Map();

  constructor(core, plan) {
    this.#core = core;
    this.use(plan);
  }

  /** Full buckets, of this plan. */
  use(plan) {
    if (!Object.hasOwn(PLANS, plan)) {
      throw new TypeError(`Unknown plan "${plan}". Known: ${Object.keys(PLANS).join(", ")}`);
    }
    this.#plan = PLANS[plan];
    this.#buckets.clear();
  }

  get hasSessionManagement() {
    return this.#plan.sessionManagement === true;
  }

  #bucket(key, rule) {
    if (!rule) return undefined;
    const now = this.#core.clock.now();
    if (!this.#buckets.has(key)) this.#buckets.set(key, new Bucket(key, rule, now));
    return this.#buckets.get(key);
  }

  /** One request of a route; throws the API's 429 when a bucket is empty. */
  take(request, reply) {
    const { api = "page", operation } = request.routeOptions.config;
    const isManagement = request.url.startsWith("/api/");
    const wide = isManagement ? "management" : "authentication";
    const group = groupOf(isManagement, operation, request.method);
    const { groups } = this.#plan;
    const buckets = [
      this.#bucket(wide, this.#plan[wide]),
      this.#bucket(group, groups[group]),
    ].filter(Boolean);
    if (buckets.length === 0) return;
    this.#spend(buckets, reply, ({ name }) => tooMany(isManagement ? wide : api, name));
  }

  /** Its own small bucket per user, whatever the plan. */
  takeUserinfo(userId, reply) {
    const bucket = this.#bucket(`userinfo ${userId}`, this.#plan.groups.userinfo);
    if (!bucket) return;
    this.#spend(
      [bucket],
      reply,
      () => new OAuthError(429, "too_many_requests", "Too many requests"),
    );
  }

  #spend(buckets, reply, refusal) {
    const now = this.#core.clock.now();
    const empty = buckets.find((bucket) => !bucket.take(now));
    const tightest = empty ?? buckets.reduce((a, b) => (b.level < a.level ? b : a));
    reply.header("x-ratelimit-limit", tightest.limit);
    reply.header("x-ratelimit-remaining", Math.max(0, Math.floor(tightest.level)));
    reply.header("x-ratelimit-reset", tightest.resetSeconds);
    if (!empty) return;
    if (this.#core.quirks.retryAfter) {
      reply.header("retry-after", Math.ceil(empty.wait / 1000));
    }
    throw refusal(empty);
  }
}

function groupOf(isManagement, operation, method) {
  if (!isManagement) return AUTHENTICATION_GROUPS[operation];
  if (operation === "get_logs_by_user") return "logs_read";
  if (!USER_OPERATIONS.has(operation)) return "other";
  if (method === "GET") return "users_read";
  return method === "DELETE" ? "users_delete" : "users_write";
}

const AUTHENTICATION_GROUPS = { oauth_token: "token", jwks: "jwks" };

const USER_OPERATIONS = new Set([
  "get_users",
  "get_users-by-email",
  "get_users_by_id",
  "post_users",
  "patch_users_by_id",
  "delete_users_by_id",
]);

function tooMany(api, bucket) {
  if (api === "management") {
    const message =
      bucket === api
        ? "Global limit has been reached"
        : `Global per second ${bucket} group limit has been reached`;
    return new ApiError(429, message, { code: "too_many_requests" });
  }
  const text = "Rate limit exceeded. Please retry after some time.";
  if (api === "page") return new PageError(429, "Too many requests", text);
  return new OAuthError(429, "too_many_requests", text);
}
