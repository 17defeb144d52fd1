/** @param {number} value */
export const number = (value) => value.toLocaleString("en");

/**
 * A duration in its two largest units.
 * @param {number} milliseconds
 */
export function duration(milliseconds) {
  const seconds = Math.max(0, milliseconds) / 1000;
  if (seconds < 60) return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/**
 * @param {number} count
 * @param {string} what one of them
 */
export const counted = (count, what) => `${number(count)} ${count === 1 ? what : `${what}s`}`;
