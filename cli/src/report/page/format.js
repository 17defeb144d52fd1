// Numbers, times and names as people read them.

const numbers = new Intl.NumberFormat("en");
const decimals = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });
const times = new Intl.DateTimeFormat("en-GB", {
  dateStyle: "medium",
  timeStyle: "short",
  timeZone: "UTC",
});
const regions = new Intl.DisplayNames("en", { type: "region", fallback: "code" });

/** @param {number} number */
export const formatNumber = (number) => numbers.format(number);

/** @param {number} number */
export const formatDecimal = (number) => decimals.format(number);

/**
 * @param {number} count
 * @param {string} noun
 */
export const plural = (count, noun) => `${formatNumber(count)} ${noun}${count === 1 ? "" : "s"}`;

/**
 * A share without "0 %" for some, or "100 %" for less than all.
 * @param {number} part
 * @param {number} whole
 */
export function formatShare(part, whole) {
  const percent = whole === 0 ? 0 : (part / whole) * 100;
  if (percent > 0 && percent < 0.1) return "< 0.1%";
  if (percent < 100 && percent > 99.9) return "> 99.9%";
  return `${decimals.format(percent)}%`;
}

/** @param {number} seconds since 1970, in UTC */
export const formatTime = (seconds) => times.format(seconds * 1000);

/** @type {Map<string, string>} */
const countryNames = new Map();

/**
 * The name of a country, if the value is its code.
 * @param {string} country
 */
export function countryName(country) {
  if (!/^[A-Z]{2}$/.test(country)) return country;
  const name = countryNames.get(country) ?? regions.of(country) ?? country;
  countryNames.set(country, name);
  return name;
}

/**
 * `"Chrome 120.0.0 on Windows 10"` without its versions, which would make a kind of each.
 * @param {string} device
 */
export const deviceFamily = (device) => device.replace(/ v?\d[\w.]*(?= |$)/g, "");

/**
 * `"countryChanged"` as `"Country changed"`.
 * @param {string} id
 */
export function sentence(id) {
  const words = id.replace(
    /([a-z])([A-Z])/g,
    (_, before, after) => `${before} ${after.toLowerCase()}`,
  );
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/**
 * @param {string} encoded
 * @returns {{ id: string, weight: number, why: string }}
 */
export function signalOf(encoded) {
  const [id, weight, why] = JSON.parse(encoded);
  return { id, weight, why };
}
