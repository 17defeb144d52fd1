// Medians, percentiles and ratios.

const ascending = (one, other) => one - other;

export function median(values) {
  const sorted = values.toSorted(ascending);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The value that `share` of all values do not exceed. */
export function percentile(values, share) {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
}

/** The median of the ratios within each round: what changes between rounds affects both sides. */
export function ratio(values, references) {
  return median(values.map((value, round) => value / references[round]));
}
