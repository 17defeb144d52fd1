import { isDate } from "../formats.js";
import { badRequest } from "./errors.js";

/** @import { Clock } from "../../index.js" */
/** @import { Route } from "./route.js" */

const EXAMPLE = '{"advance":3600000}';
/** Dates beyond it have no four-digit year. */
const LATEST = Date.parse("9999-12-31T23:59:59Z");

/** @type {Record<string, (clock: Clock, value: any) => void>} */
const CHANGES = {
  advance: (clock, value) => moveTo(clock, clock.now() + value, "advance"),
  set: (clock, value) => moveTo(clock, momentOf(value), "set"),
  frozen: (clock, value) => (value ? clock.freeze() : clock.resume()),
};

const FIX = `send JSON such as ${EXAMPLE} or {"set":"2030-01-01T00:00:00Z"}`;

/** @param {string | number} value a date, or milliseconds since the epoch */
function momentOf(value) {
  if (typeof value === "number") return value;
  if (isDate(value)) return Date.parse(value);
  throw badRequest({ key: "set", reason: "this is not a date in ISO 8601", fix: FIX });
}

/**
 * @param {Clock} clock
 * @param {number} moment
 * @param {string} key
 */
function moveTo(clock, moment, key) {
  if (moment >= 0 && moment <= LATEST) return void clock.set(moment);
  const reason = "the clock can only show a time from 1970 to 9999";
  throw badRequest({ key, reason, fix: FIX });
}

/** @param {Clock} clock */
const reading = (clock) => ({ now: clock.now(), iso: clock.iso() });

/** @type {Route[]} */
export const clockRoutes = [
  { method: "GET", url: "/clock", handle: ({ tenant }) => reading(tenant.clock) },
  {
    method: "POST",
    url: "/clock",
    body: {
      type: "object",
      additionalProperties: false,
      minProperties: 1,
      properties: {
        advance: { type: "number" },
        set: { type: ["string", "number"] },
        frozen: { type: "boolean" },
      },
    },
    example: EXAMPLE,
    handle({ tenant, body }) {
      const [[name, value], ...others] = Object.entries(body);
      if (others.length > 0) {
        const reason = "the order of several changes would be unclear";
        throw badRequest({ key: "body", reason, fix: "send one change per request" });
      }
      CHANGES[name](tenant.clock, value);
      return reading(tenant.clock);
    },
  },
];
