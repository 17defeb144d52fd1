// What a chart shows of a facet: the most frequent labels, and the rest as one bar.

import { countRows, rankedLabels } from "./facets.js";

/** @typedef {import("./facets.js").Facet} Facet */
/** @typedef {{ name: string, value: number, label: number | undefined }} Bar */

export const MAX_BARS = 7;

/**
 * @param {Facet} facet
 * @param {Uint32Array} rows
 * @returns {Bar[]}
 */
export function barsOf(facet, rows) {
  const counts = countRows(facet, rows);
  /** @param {number} label */
  const barOf = (label) => ({ name: facet.labels[label] ?? "", value: counts[label] ?? 0, label });
  if (facet.ordered) return orderedLabels(facet).map(barOf);
  const ranked = rankedLabels(facet, counts);
  if (ranked.length <= MAX_BARS) return ranked.map(barOf);
  const shown = ranked.slice(0, MAX_BARS - 1);
  const rest = ranked.slice(shown.length);
  const value = rest.reduce((sum, label) => sum + (counts[label] ?? 0), 0);
  return [...shown.map(barOf), { name: `${rest.length} others`, value, label: undefined }];
}

/**
 * The bars without any filter, which are the most; the height of the chart is for them.
 * @param {Facet} facet
 */
export function mostBars(facet) {
  if (facet.ordered) return orderedLabels(facet).length;
  return Math.min(rankedLabels(facet, facet.counts).length, MAX_BARS);
}

/**
 * Labels with an order keep their places: from the first to the last that any user has.
 * @param {Facet} facet
 */
function orderedLabels(facet) {
  const last = facet.counts.findLastIndex((count) => count > 0);
  return facet.labels.map((_, label) => label).slice(0, last + 1);
}
