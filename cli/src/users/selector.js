import { isIP } from "node:net";
import { usage } from "../failure.js";

/**
 * @typedef {{ query?: string, org?: string, connection?: string, all?: boolean, lastIp?: string, logIp?: string,
 *   logUserAgent?: string, logClient?: string, logType?: string, since?: string, until?: string }} SelectorOptions
 */
/** @typedef {import("@archie/auth0-user-security").UserSelector} Selector */

/** @type {Record<string, (value: string) => Selector>} */
const SELECTORS = {
  query: (query) => ({ query }),
  org: (organization) => ({ organization }),
  connection: (connection) => ({ connection }),
  all: () => ({ all: true }),
  lastIp: (lastIp) => ({ lastIp }),
};
/** Options that describe events of the tenant's log, by their names in the selector. */
const LOG_FILTERS = {
  logIp: "ip",
  logUserAgent: "userAgent",
  logClient: "clientId",
  logType: "type",
};
const LOG_OPTIONS = [...Object.keys(LOG_FILTERS), "since", "until"];

/**
 * The selector of the options; undefined if none is given. Users can be selected in one way at a time.
 * @param {SelectorOptions} options
 * @param {Date} now the default of `--until`: when the run started, also when it is resumed
 * @returns {Selector | undefined}
 */
export function selectorOf(options, now) {
  const given = /** @type {Record<string, string>} */ (
    Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
  );
  for (const name of ["lastIp", "logIp"]) {
    if (name in given && isIP(given[name]) === 0)
      throw usage(`${flagOf(name)} is not an IP address, such as 203.0.113.7: "${given[name]}"`);
  }
  const simple = Object.keys(SELECTORS).filter((name) => name in given);
  const ofLogs = LOG_OPTIONS.filter((name) => name in given);
  const used = [...simple, ...ofLogs.slice(0, 1)];
  if (used.length > 1) {
    const names = used.map(flagOf).join(" and ");
    throw usage(
      `${names} select users in different ways: choose one, or combine conditions in --query`,
    );
  }
  if (ofLogs.length > 0) return { logs: logSelector(given, now) };
  return simple.length > 0 ? SELECTORS[simple[0]](given[simple[0]]) : undefined;
}

/**
 * The options that choose the users, as given; a resumed run needs the same.
 * @param {SelectorOptions} options
 */
export function selectionAsGiven(options) {
  const names = [...Object.keys(SELECTORS), ...LOG_OPTIONS];
  const given = Object.entries(options).filter(([name]) => names.includes(name));
  return given.length > 0 ? Object.fromEntries(given) : undefined;
}

/**
 * @param {Record<string, string>} given
 * @param {Date} now
 */
function logSelector(given, now) {
  if (!given.since) throw usage("--since is missing: it is the time of the earliest event");
  const filters = Object.entries(LOG_FILTERS).filter(([name]) => name in given);
  if (filters.length === 0) {
    throw usage("--since needs one of --log-ip, --log-user-agent, --log-client or --log-type");
  }
  const since = moment("--since", given.since);
  const until = given.until ? moment("--until", given.until) : now;
  if (since >= until)
    throw usage(given.until ? "--since is not before --until" : "--since is in the future");
  const values = filters.map(([name, key]) => [key, given[name]]);
  return { ...Object.fromEntries(values), since: since.toISOString(), until: until.toISOString() };
}

/**
 * @param {string} flag
 * @param {string} text
 */
function moment(flag, text) {
  const date = new Date(text);
  const isIso = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/.test(text);
  if (isIso && !Number.isNaN(date.getTime())) return date;
  throw usage(
    `${flag} is not a time in ISO 8601 with its zone, such as 2026-01-31T08:00:00Z: "${text}"`,
  );
}

/** @param {string} name */
const flagOf = (name) => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
