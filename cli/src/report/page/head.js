// The head of the table: a press on a column sorts by it, and another one reverses the order.

import { button, element } from "./dom.js";

/** @typedef {import("./cells.js").Column} Column */
/** @typedef {import("./view.js").View} View */

/**
 * @param {View} view
 * @param {Column[]} columns
 */
export function headRow(view, columns) {
  const headings = columns.map((column) => headingOf(view, column));
  const copy = element("th", "column-copy", element("span", "hidden", "Copy"));
  copy.scope = "col";
  const row = element("tr", "", ...headings, copy);
  row.setAttribute("aria-rowindex", "1");
  return row;
}

/**
 * @param {View} view
 * @param {Column} column
 */
function headingOf(view, { key, title, width, numeric, first }) {
  const sort = button("sort", title);
  const heading = element("th", `column-${key}${numeric ? " numeric" : ""}`, sort);
  heading.scope = "col";
  heading.style.setProperty("--width", `${width}px`);
  const isSorted = () => view.sort.column === key;
  sort.addEventListener("click", () => {
    const descending = isSorted() ? !view.sort.descending : first === "descending";
    view.sortBy({ column: key, descending });
  });
  view.onChange(() => {
    if (!isSorted()) heading.removeAttribute("aria-sort");
    else heading.setAttribute("aria-sort", view.sort.descending ? "descending" : "ascending");
  });
  return heading;
}
