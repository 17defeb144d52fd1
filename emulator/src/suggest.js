const MOST_NAMES = 20;

/**
 * The end of an error message about an unknown name: the known one that was probably meant, or those that
 * there are.
 * @param {string} name
 * @param {Iterable<string>} known
 */
export function suggest(name, known) {
  const names = [...new Set(known)];
  const tolerance = name.length < 4 ? 1 : Math.max(2, name.length / 4);
  const [closest] = names
    .map((one) => ({ one, distance: distanceOf(name.toLowerCase(), one.toLowerCase()) }))
    .filter(({ distance }) => distance <= tolerance)
    .sort((a, b) => a.distance - b.distance);
  if (closest) return `Did you mean ${closest.one}?`;
  if (names.length === 0) return "There are none.";
  return `Known: ${names.slice(0, MOST_NAMES).join(", ")}${names.length > MOST_NAMES ? ", …" : ""}`;
}

/**
 * How many characters differ (Levenshtein).
 * @param {string} a
 * @param {string} b
 */
function distanceOf(a, b) {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, left] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, right] of [...b].entries()) {
      next.push(Math.min(row[j] + (left === right ? 0 : 1), row[j + 1] + 1, next[j] + 1));
    }
    row = next;
  }
  return row[b.length];
}
