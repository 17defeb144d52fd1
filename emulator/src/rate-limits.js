import { OptionError } from "./check-options.js";
import { ApiError, OAuthError, PageError } from "./errors.js";
import { PLANS, withOwnLimits } from "./plans.js";
import { suggest } from "./suggest.js";

/** @import { Plan } from "../index.js" */
/** @import { Core } from "./core.js" */
/** @import { ApiKind, Reply, Request } from "./http.js" */
/** @import { Rate } from "./plans.js" */

class Bucket {
  /**
   * @param {string} name
   * @param {Rate} rate
   * @param {number} now
   */
  constructor(name, { burst, perSecond }, now) {
    this.name = name;
    this.limit = burst;
    this.perMillisecond = perSecond / 1000;
    this.level = burst;
    /** When `level` was last updated. */
    this.at = now;
  }

  /**
   * Takes one request from the bucket, if there is one.
   * @param {number} now
   */
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

  /** Milliseconds until at least one more request is available. */
  get wait() {
    const missing = this.level >= 1 ? Math.min(1, this.limit - this.level) : 1 - this.level;
    return missing / this.perMillisecond;
  }

  get resetSeconds() {
    return Math.ceil((this.at + this.wait) / 1000);
  }
}

/** Token buckets: each request takes from the one of its API and from that of its limit group. */
export class RateLimits {
  #core;
  #plan = PLANS.unlimited;
  /** @type {Map<string, Bucket>} */
  #buckets = new Map();

  /**
   * @param {Core} core
   * @param {Plan} plan
   */
  constructor(core, plan) {
    this.#core = core;
    this.use(plan);
  }

  /**
   * Switches to the limits of a plan, with full buckets.
   * @param {Plan} plan
   */
  use(plan) {
    if (!Object.hasOwn(PLANS, plan)) {
      const hint = suggest(String(plan), Object.keys(PLANS));
      const reason = `does not know the plan "${plan}". ${hint}`;
      const refusal = { owner: "startTenant", key: "plan", reason, fix: hint };
      throw new OptionError(`Unknown plan "${plan}". ${hint}`, refusal);
    }
    this.#plan = withOwnLimits(plan, this.#core.options.rateLimits);
    this.#buckets.clear();
  }

  get hasSessionManagement() {
    return this.#plan.sessionManagement === true;
  }

  /**
   * Counts a request and throws the API's 429 if a bucket is empty.
   * @param {Request} request
   * @param {Reply} reply
   */
  take(request, reply) {
    const { api = "page", operation } = request.routeOptions.config;
    // A browser sends these by itself: they are no calls of the program.
    if (operation === "preflight") return;
    const isManagement = request.url.startsWith("/api/");
    const wide = isManagement ? "management" : "authentication";
    const group = limitGroup(isManagement, operation, request.method);
    const buckets = [
      this.#bucket(wide, this.#plan[wide]),
      ...(group ? [this.#bucket(group, this.#plan.groups[group])] : []),
    ].filter((bucket) => bucket !== undefined);
    if (buckets.length === 0) return;
    this.#spend(buckets, reply, ({ name }) => tooMany(isManagement ? wide : api, name));
  }

  /**
   * `/userinfo` has a small bucket for each user, on every plan with limits.
   * @param {string} userId
   * @param {Reply} reply
   */
  takeUserinfo(userId, reply) {
    const bucket = this.#bucket(`userinfo ${userId}`, this.#plan.groups.userinfo);
    if (!bucket) return;
    this.#spend(
      [bucket],
      reply,
      () => new OAuthError(429, "too_many_requests", "Too many requests"),
    );
  }

  /**
   * @param {string} key
   * @param {Rate | undefined} rate
   */
  #bucket(key, rate) {
    if (!rate) return undefined;
    const bucket = this.#buckets.get(key) ?? new Bucket(key, rate, this.#core.clock.now());
    this.#buckets.set(key, bucket);
    return bucket;
  }

  /**
   * @param {Bucket[]} buckets
   * @param {Reply} reply
   * @param {(empty: Bucket) => Error} errorFor
   */
  #spend(buckets, reply, errorFor) {
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
    throw errorFor(empty);
  }
}

/** @type {Record<string, string>} */
const AUTHENTICATION_GROUPS = { oauth_token: "token", jwks: "jwks" };

const USER_OPERATIONS = new Set([
  "get_users",
  "get_users-by-email",
  "get_users_by_id",
  "post_users",
  "patch_users_by_id",
  "delete_users_by_id",
]);

const LOG_OPERATIONS = new Set(["get_logs", "get_logs_by_user"]);

/**
 * @param {boolean} isManagement
 * @param {string} [operation] undefined for an unknown route
 * @param {string} [method]
 */
function limitGroup(isManagement, operation = "", method) {
  if (!isManagement) return AUTHENTICATION_GROUPS[operation];
  if (LOG_OPERATIONS.has(operation)) return "logs_read";
  if (operation === "delete_device-credentials_by_id") return "device_credentials_write";
  if (!USER_OPERATIONS.has(operation)) return "other";
  if (method === "GET") return "users_read";
  return method === "DELETE" ? "users_delete" : "users_write";
}

/**
 * @param {ApiKind} api
 * @param {string} bucket
 */
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
