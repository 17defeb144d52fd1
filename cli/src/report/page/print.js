// Paper: the rows that are shown, up to a limit, as an ordinary table; charts in the colours of paper.

import { columnsFor, userTexts } from "./cells.js";
import { byId, element, value } from "./dom.js";
import { filtersText } from "./filters.js";
import { formatNumber } from "./format.js";
import { renewPalette } from "./palette.js";
import { cellElement } from "./row.js";

/** @typedef {import("./view.js").View} View */

/** More would take a browser minutes, and hundreds of sheets. */
const MAX_ROWS = 1000;

/**
 * @param {View} view
 * @param {(isPaper: boolean) => void} fitCharts
 */
export function preparePrint(view, fitCharts) {
  byId("print").addEventListener("click", () => print());
  addEventListener("beforeprint", () => {
    document.documentElement.classList.add("printing");
    renewPalette();
    byId("print-filters").textContent = view.isFiltered ? `Filters: ${filtersText(view)}` : "";
    byId("paper").replaceChildren(...paperTable(view));
    fitCharts(true);
  });
  addEventListener("afterprint", () => {
    document.documentElement.classList.remove("printing");
    renewPalette();
    byId("paper").replaceChildren();
    fitCharts(false);
  });
}

/** @param {View} view */
function paperTable({ store, rows }) {
  const columns = columnsFor(store);
  const whole = columns.reduce((sum, { width }) => sum + width, 0);
  const heads = columns.map(({ title, width, numeric }) => {
    const head = element("th", numeric ? "numeric" : "", title);
    head.style.width = `${(width / whole) * 100}%`;
    return head;
  });
  const lines = Array.from(rows.subarray(0, MAX_ROWS), (row) => {
    const { title, below } = userTexts(store, row);
    const user = element("th", "", value(title), element("div", "below code", value(below)));
    user.scope = "row";
    return element("tr", "", user, ...columns.slice(1).map((one) => cellElement(one, store, row)));
  });
  const table = element(
    "table",
    "paper-table",
    element("thead", "", element("tr", "", ...heads)),
    element("tbody", "", ...lines),
  );
  return rows.length > MAX_ROWS ? [table, element("p", "muted", cutText(rows.length))] : [table];
}

/** @param {number} count */
const cutText = (count) =>
  `Paper shows the first ${formatNumber(MAX_ROWS)} of ${formatNumber(count)} users. Filter the report to print others.`;
