// Puts the page together.

import { FacetChart } from "./charts.js";
import { showCopyAll } from "./copy.js";
import { readData } from "./data.js";
import { prepareDetails } from "./details.js";
import { byId, element } from "./dom.js";
import { showFilters } from "./filters.js";
import { formatNumber, plural } from "./format.js";
import { showOutcomes } from "./outcomes.js";
import { renewPalette } from "./palette.js";
import { preparePrint } from "./print.js";
import { showHead, showNotices, showTiles, totalsOf } from "./summary.js";
import { UserTable } from "./table.js";
import { View } from "./view.js";

/** What scrolls must be in the tab order, to be scrolled by keyboard. */
const SCROLLING = ["scroller", "outcomes-scroller"];

start().catch((error) => {
  byId("problem").replaceChildren(element("p", "notice notice-failed", problemText(error)));
});

async function start() {
  const { head, store } = await readData();
  const view = new View(store);
  const totals = totalsOf(view, head);
  showHead(head);
  showTiles(totals);
  showNotices(totals, view, head);
  showOutcomes(view, totals);
  showFilters(view);
  showCopyAll(view);
  showCounts(view);
  prepareDetails();
  for (const id of SCROLLING) byId(id).tabIndex = 0;
  new UserTable(view);
  preparePrint(view, showCharts(view));
  document.documentElement.dataset.ready = "true";
  performance.mark("ready");
  view.prepareSearch();
}

/**
 * @param {View} view
 * @returns {(isPaper: boolean) => void} fits the charts to paper or the screen
 */
function showCharts(view) {
  const charts = view.facets
    .filter(({ chart }) => chart !== "")
    .map((facet) => new FacetChart(facet, view));
  byId("charts").replaceChildren(...charts.map(({ figure }) => figure));
  view.update();
  for (const chart of charts) chart.draw();
  const redraw = () => {
    for (const chart of charts) chart.update();
  };
  view.onChange(afterFrame(redraw));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    renewPalette();
    redraw();
  });
  return (/** @type {boolean} */ isPaper) => {
    for (const chart of charts) chart.fit(isPaper);
  };
}

/**
 * Charts follow one frame after the table, and once if filters change quickly, so that typing in the search stays smooth.
 * @param {() => void} draw
 */
function afterFrame(draw) {
  let isWaiting = false;
  return () => {
    if (isWaiting) return;
    isWaiting = true;
    requestAnimationFrame(() =>
      setTimeout(() => {
        isWaiting = false;
        draw();
      }),
    );
  };
}

/** @param {View} view */
function showCounts(view) {
  const all = view.store.rows;
  view.onChange((rows) => {
    const isAll = rows.length === all;
    byId("count").textContent = isAll
      ? plural(all, "user")
      : `${formatNumber(rows.length)} of ${plural(all, "user")}`;
    byId("charts-scope").textContent = isAll
      ? "of all users"
      : "of the users that match the filters";
  });
}

/** @param {unknown} error */
function problemText(error) {
  if (!("DecompressionStream" in globalThis)) {
    return "This browser is too old for the report: open it with Chrome 80, Firefox 113, Safari 16.4 or newer.";
  }
  return `The report cannot be read, perhaps because the file is incomplete: write it again. (${error})`;
}
