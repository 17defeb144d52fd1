import { dateIs, dateWithin } from "./dates.js";
import { parseLucene, patternOf, withoutEscapes } from "./lucene.js";

/** @import { LogEvent } from "../store/model.js" */
/** @import { Condition, Value } from "./lucene.js" */

const FIELDS = new Set([
  "client_id",
  "client_name",
  "connection",
  "connection_id",
  "date",
  "description",
  "hostname",
  "ip",
  "log_id",
  "organization_id",
  "strategy",
  "strategy_type",
  "type",
  "user_agent",
  "user_id",
  "user_name",
]);

/**
 * The events that a query asks for. All fields are case-sensitive, and only dates have ranges.
 * @param {string} text
 */
export const parseLogQuery = (text) => parseLucene(text, compare);

/**
 * @param {string} field
 * @param {Value} value
 * @returns {Condition<LogEvent> | undefined}
 */
function compare(field, value) {
  if (!FIELDS.has(field)) return undefined;
  if (field === "date") return compareDate(value);
  if (value.kind === "range") return undefined;
  const pattern = value.kind === "word" ? patternOf(value.text) : undefined;
  return ({ [field]: found }) => {
    if (found === undefined || found === null) return false;
    return pattern ? pattern.test(String(found)) : String(found) === value.text;
  };
}

/**
 * @param {Value} value
 * @returns {Condition<LogEvent> | undefined}
 */
function compareDate(value) {
  const isDate = value.kind === "range" ? dateWithin(value) : dateIs(withoutEscapes(value.text));
  return isDate && (({ date }) => isDate(Date.parse(date)));
}
