// Values as they are shown: what a reader would not see is written as an escape.

/** Controls, formats (among them those that reverse text), fillers, unpaired surrogates and unusual spaces. */
const INVISIBLE =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]|(?! )\p{Zs}/gu;

/** Most values have nothing to escape, which this finds out quickly. */
const PLAIN = /^[ -~]*$/;

/** Longer values are cut: no real one is, and a hostile one would fill the report. */
const MAX_LENGTH = 1000;

/**
 * The text of a value, or `""` if it is not a string.
 * @param {unknown} value
 */
export function visible(value) {
  if (typeof value !== "string") return "";
  if (value.length <= MAX_LENGTH && PLAIN.test(value)) return value;
  const escaped = value.slice(0, MAX_LENGTH).replace(INVISIBLE, escapeOf);
  const rest = value.length - MAX_LENGTH;
  return rest > 0 ? `${escaped}… (${rest} more characters)` : escaped;
}

/** @param {string} character */
function escapeOf(character) {
  const hex = character.codePointAt(0)?.toString(16).toUpperCase() ?? "";
  return `\\u{${hex.padStart(4, "0")}}`;
}
