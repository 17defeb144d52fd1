// A row of the table, on the screen and on paper.

import { userTexts } from "./cells.js";
import { copyIds } from "./copy.js";
import { showDetails } from "./details.js";
import { button, element, icon, value } from "./dom.js";

/** @typedef {import("./cells.js").Column} Column */
/** @typedef {import("./data.js").Store} Store */

/** Row 1 is the heading. */
const FIRST = 2;

/**
 * @param {Store} store
 * @param {number} row
 * @param {number} position among those that are shown
 * @param {Column[]} columns
 */
export function rowElement(store, row, position, columns) {
  const { title, below } = userTexts(store, row);
  const open = button("link open", value(title));
  open.addEventListener("click", () => showDetails(store, row));
  const heading = element("th", "column-user", open, element("div", "below code", value(below)));
  heading.scope = "row";
  const id = store.id(row);
  const copy = button("icon-button copy", icon("copy"));
  copy.setAttribute("aria-label", `Copy ${id}`);
  copy.addEventListener("click", () => copyIds([id]));
  const cells = columns.slice(1).map((column) => cellElement(column, store, row));
  const created = element("tr", "", heading, ...cells, element("td", "column-copy", copy));
  created.setAttribute("aria-rowindex", String(position + FIRST));
  for (const one of [open, copy]) one.tabIndex = -1;
  return created;
}

/**
 * @param {Column} column
 * @param {Store} store
 * @param {number} row
 */
export function cellElement({ key, numeric, cell }, store, row) {
  return element("td", `column-${key}${numeric ? " numeric" : ""}`, ...cell(store, row));
}
