// Figures as text, and tables of them in Markdown.

/** Three significant digits, or all of those before the point. */
export function shown(number) {
  if (!Number.isFinite(number)) return "–";
  if (Math.abs(number) >= 100) return Math.round(number).toLocaleString("en");
  return String(Number(number.toPrecision(3)));
}

export const percent = (share) => `${shown(share * 100)} %`.replace("– %", "–");
/** A difference below what can be measured has no ratio. */
export const times = (ratio) =>
  Number.isFinite(ratio) && ratio >= 0 ? `${ratio.toFixed(2)} ×` : "–";

/**
 * @param {string[]} columns the first one describes the rows
 * @param {string[][]} rows
 */
export function table(columns, rows) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  const marks = columns.map((_, index) => (index === 0 ? "---" : "---:"));
  return [columns, marks, ...rows].map(line).join("\n");
}
