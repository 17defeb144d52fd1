// When something happened. The server does not know the user's time zone, so dates are in UTC.

import { html } from "../html.mjs";

const UNITS = [
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
];
const words = new Intl.RelativeTimeFormat("en", { numeric: "auto" });

/** "3 hours ago", which needs no time zone. */
export function relative(date) {
  const seconds = (Date.now() - date) / 1000;
  const [unit, size] = UNITS.find(([, length]) => seconds >= length) ?? [];
  return unit ? words.format(-Math.floor(seconds / size), unit) : "just now";
}

const DAY = { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" };
const day = new Intl.DateTimeFormat("en-GB", DAY);
const minute = new Intl.DateTimeFormat("en-GB", { ...DAY, hour: "2-digit", minute: "2-digit" });

/** "27 Nov 2026, 14:05 UTC" */
export const exact = (date) => `${minute.format(date)} UTC`;

/** "27 Nov 2026", which is enough in a list. */
export const dayOf = (date) =>
  html`<time datetime="${date.toISOString()}">${day.format(date)}</time>`;
