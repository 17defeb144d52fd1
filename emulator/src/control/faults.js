import { UnknownRoute } from "../faults/faults.js";
import { checkFault } from "../faults/what.js";
import { badRequest, ControlError } from "./errors.js";
import { listedRoutes } from "./operations.js";

/** @import { Route } from "./route.js" */

const EXAMPLE = '{"match":"get_session","fault":{"status":503},"times":2}';
const BODY = {
  type: "object",
  additionalProperties: false,
  required: ["match", "fault"],
  properties: {
    match: { type: ["string", "object"], properties: { pattern: { type: "string" } } },
    fault: { type: "object" },
    times: { type: ["integer", "string"] },
  },
};

/**
 * An operation, a route, `*`, or a pattern for `METHOD url`, which JSON writes as an object.
 * @param {string | { pattern?: string }} match
 */
function toMatch(match) {
  if (typeof match === "string") return match;
  const { pattern, ...others } = match;
  if (pattern === undefined || Object.keys(others).length > 0) {
    throw wrong("match", "an object must have pattern and nothing else");
  }
  try {
    return new RegExp(pattern);
  } catch (error) {
    throw wrong("match.pattern", /** @type {Error} */ (error).message);
  }
}

/** @param {number | string} times */
function toTimes(times) {
  if (times === "always") return Number.POSITIVE_INFINITY;
  if (typeof times === "number" && times >= 1) return times;
  throw wrong("times", 'it must be a positive integer or "always"');
}

/**
 * @param {object} fault
 * @returns {object}
 */
function toFault(fault) {
  if (Object.keys(fault).length === 0)
    throw wrong("fault", "a fault without parts changes nothing");
  if ("change" in fault) throw wrong("fault.change", "JSON cannot express a function");
  try {
    checkFault(fault);
  } catch (error) {
    const { message } = /** @type {Error} */ (error);
    const name = /"([^"]*)"/.exec(message)?.[1];
    throw wrong(`fault.${name}`, message);
  }
  return fault;
}

/**
 * @param {string} key
 * @param {string} reason
 */
const wrong = (key, reason) => badRequest({ key, reason, fix: `send JSON such as ${EXAMPLE}` });

/** @type {Route[]} */
export const faultRoutes = [
  {
    method: "GET",
    url: "/faults",
    handle: ({ core }) => ({ faults: core.faults.list().map(forJson) }),
  },
  {
    method: "POST",
    url: "/faults",
    status: 201,
    body: BODY,
    example: EXAMPLE,
    handle({ core, body }) {
      const [match, what] = [toMatch(body.match), toFault(body.fault)];
      const times = toTimes(body.times ?? 1);
      try {
        core.faults.add(match, what, times);
      } catch (error) {
        if (error instanceof UnknownRoute) {
          throw badRequest({ key: "match", reason: error.reason, fix: listedRoutes(error.hint) });
        }
        throw wrong("match", /** @type {Error} */ (error).message);
      }
      return forJson(core.faults.list().at(-1));
    },
  },
  {
    method: "DELETE",
    url: "/faults",
    handle: ({ core }) => core.faults.clear(),
  },
  {
    method: "DELETE",
    url: "/faults/:id",
    handle({ core, params }) {
      if (core.faults.remove(Number(params.id))) return;
      throw new ControlError(404, {
        key: "path",
        reason: "there is no fault with this id",
        fix: "GET /faults lists their ids",
      });
    },
  },
];

/**
 * JSON has no infinity.
 * @param {ReturnType<import("../core.js").Core["faults"]["list"]>[0] | undefined} listed
 */
const forJson = (listed) =>
  listed && {
    ...listed,
    remaining: Number.isFinite(listed.remaining) ? listed.remaining : "always",
  };
