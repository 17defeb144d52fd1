// Names, user agents and messages come from people whom nobody has verified. Whatever reaches a terminal, a table or a
// spreadsheet passes through one of these functions.

/** Control characters, line separators and invisible formatting such as bidirectional overrides; joiners belong to emoji. */
const HARMFUL = /[\p{Cc}\p{Zl}\p{Zp}]|(?![\u200c\u200d])\p{Cf}/gu;

/** What JSON leaves unescaped although a terminal obeys it. */
const UNESCAPED = /[\u007f-\u009f\u2028\u2029]|(?![\u200c\u200d])\p{Cf}/gu;

/** Spreadsheets take these beginnings for a formula, also in their full-width forms and after spaces. */
const FORMULA = /^[\t\r]|^\s*[=+\-@\uff1d\uff0b\uff0d\uff20]/;

/**
 * Text on one line that no terminal obeys: each harmful character is replaced by U+FFFD.
 * @param {unknown} value
 */
export function printable(value) {
  return String(value).replace(HARMFUL, "\ufffd");
}

/**
 * The same for a cell of a CSV file: what a spreadsheet would take for a formula gets a leading apostrophe.
 * @param {unknown} value
 */
export function printableCell(value) {
  const text = String(value);
  return FORMULA.test(text) ? `'${printable(text)}` : printable(text);
}

/**
 * JSON that means the same and is harmless in a terminal.
 * @param {unknown} value
 * @param {number} [indent]
 */
export function printableJson(value, indent) {
  return JSON.stringify(value, null, indent).replace(UNESCAPED, escaped);
}

/** @param {string} character */
function escaped(character) {
  const units = Array.from({ length: character.length }, (_, index) => character.charCodeAt(index));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`).join("");
}
