/** @typedef {(time: number) => boolean} TimeCondition */
/** @typedef {{ first: number, last: number }} Period the milliseconds that a date stands for */

const DAY = 86_400_000;
const DATE = /^\d{4}-\d\d-\d\d$/;
const DATE_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)?$/;

/**
 * The condition of `date:2026-01-31`: any time on that day, or exactly that moment.
 * @param {string} text
 * @returns {TimeCondition | undefined} nothing if the text is no date
 */
export function dateIs(text) {
  const period = periodOf(text);
  return period && ((time) => time >= period.first && time <= period.last);
}

/**
 * The condition of `date:[from TO to]`. Square brackets include the bound and braces exclude it; `*`
 * is no bound. A bound without a time of day stands for the whole day.
 * @param {{ open: string, from: string, to: string, close: string }} range
 * @returns {TimeCondition | undefined} nothing if a bound is no date
 */
export function dateWithin({ open, from, to, close }) {
  const [start, end] = [boundOf(from, -Infinity), boundOf(to, Infinity)];
  if (!start || !end) return undefined;
  return (time) =>
    (open === "[" ? time >= start.first : time > start.last) &&
    (close === "]" ? time <= end.last : time < end.first);
}

/**
 * @param {string} text
 * @param {number} unbounded
 * @returns {Period | undefined}
 */
function boundOf(text, unbounded) {
  if (text === "*") return { first: unbounded, last: unbounded };
  return periodOf(text);
}

/**
 * Times without a zone are in UTC.
 * @param {string} text
 * @returns {Period | undefined}
 */
function periodOf(text) {
  const isDay = DATE.test(text);
  const time = DATE_TIME.exec(text);
  if (!isDay && !time) return undefined;
  const first = Date.parse(time && time[1] === undefined ? `${text}Z` : text);
  if (Number.isNaN(first)) return undefined;
  return { first, last: isDay ? first + DAY - 1 : first };
}
