// A chart for each facet, of the rows that are shown. A click on a bar filters by it; the selects do the same by keyboard.

import { barsOf, MAX_BARS, mostBars } from "./chart-data.js";
import { element } from "./dom.js";
import { formatNumber } from "./format.js";
import { ChartJs } from "./libraries.js";
import { colour, MEANINGS } from "./palette.js";

/** @typedef {import("./chart-data.js").Bar} Bar */
/** @typedef {import("./facets.js").Facet} Facet */
/** @typedef {import("./view.js").View} View */
/** @typedef {import("chart.js").Chart<"bar", (number | [number, number] | null)[], unknown>} BarChart */

/** The height of a bar with the space around it, which the style sheet has too. */
const BAR = 27;
/** Half of a sheet, where the size of an element is not yet known when a chart is drawn for it. */
const PAPER_WIDTH = 316;
const CHARACTER_WIDTH = 7.8;
const VALUE_WIDTH = 52;

/** One chart with the same numbers as a table for those who cannot see it. */
export class FacetChart {
  /** @type {Bar[]} */
  #bars = [];
  /** @type {BarChart | undefined} */
  #chart;
  #numbers = element("table", "");
  #canvas = element("canvas", "");

  /**
   * @param {Facet} facet
   * @param {View} view
   */
  constructor(facet, view) {
    this.facet = facet;
    this.view = view;
    const id = `chart-${facet.key}`;
    const title = element("h3", "", facet.chart);
    title.id = id;
    this.#canvas.setAttribute("aria-hidden", "true");
    this.#numbers.setAttribute("aria-labelledby", id);
    const frame = element("div", "chart-frame", this.#canvas);
    frame.style.setProperty("--bars", String(this.#rows));
    const hidden = element("div", "hidden", this.#numbers);
    this.figure = element("figure", "card chart", title, frame, hidden);
    this.figure.setAttribute("aria-labelledby", id);
  }

  get #isColumns() {
    return this.facet.key === "sessions";
  }

  get #rows() {
    return this.#isColumns ? MAX_BARS : mostBars(this.facet);
  }

  /** Draws when the element is in the page, because its size is that of its frame. */
  draw() {
    ChartJs.defaults.font.family = getComputedStyle(document.body).fontFamily;
    this.#chart = new ChartJs(this.#canvas, {
      type: "bar",
      data: { labels: [], datasets: [{ data: [] }] },
      options: optionsFor(this.#isColumns, (index) => this.#press(index)),
      plugins: [{ id: "values", afterDatasetsDraw: (chart) => drawValues(chart, this.#isColumns) }],
    });
    this.update();
  }

  update() {
    const bars = barsOf(this.facet, this.view.rows);
    this.#bars = bars;
    const chart = this.#chart;
    const dataset = chart?.data.datasets[0];
    if (!chart || !dataset) return;
    chart.data.labels = bars.map(({ name }) => name);
    dataset.data = bars.map(({ value }) => value);
    dataset.backgroundColor = bars.map((bar) => this.#colourOf(bar));
    Object.assign(dataset, { borderRadius: 3, maxBarThickness: this.#isColumns ? 36 : 12 });
    recolour(chart);
    chart.update("none");
    this.#numbers.replaceChildren(...bars.map(numbersRow));
  }

  /**
   * Draws for paper, or for the screen again.
   * @param {boolean} isPaper
   */
  fit(isPaper) {
    this.update();
    if (isPaper) this.#chart?.resize(PAPER_WIDTH, this.#rows * BAR);
    else this.#chart?.resize();
  }

  /** @param {Bar} bar */
  #colourOf({ name, label }) {
    const chosen = this.view.chosen(this.facet.key);
    const base = this.facet.key === "risk" ? `bar-${MEANINGS.get(name)}` : "bar";
    if (label === undefined) return colour("bar-rest");
    return chosen === undefined || chosen === label ? colour(base) : colour("bar-rest");
  }

  /** @param {number} index */
  #press(index) {
    const label = this.#bars[index]?.label;
    if (label === undefined) return;
    const isChosen = this.view.chosen(this.facet.key) === label;
    this.view.choose(this.facet.key, isChosen ? undefined : label);
  }
}

/**
 * @param {boolean} isColumns
 * @param {(index: number) => void} press
 * @returns {import("chart.js").ChartOptions<"bar">}
 */
function optionsFor(isColumns, press) {
  const names = {
    border: { display: false },
    grid: { display: false },
    ticks: nameTicks(isColumns),
  };
  const amounts = { display: false, beginAtZero: true, grace: isColumns ? "12%" : 0 };
  return {
    animation: false,
    maintainAspectRatio: false,
    layout: { padding: { right: isColumns ? 0 : VALUE_WIDTH } },
    devicePixelRatio: Math.max(2, devicePixelRatio),
    indexAxis: isColumns ? "x" : "y",
    events: ["click", "mousemove", "mouseout"],
    onClick: (_, [hit]) => hit && press(hit.index),
    onHover: ({ native }, hits) => {
      const target = native?.target;
      if (target instanceof HTMLElement) target.style.cursor = hits.length > 0 ? "pointer" : "";
    },
    interaction: { mode: "nearest", axis: isColumns ? "x" : "y", intersect: false },
    plugins: { legend: { display: false }, tooltip: { enabled: false } },
    scales: isColumns ? { x: names, y: amounts } : { y: names, x: amounts },
  };
}

/** @param {boolean} isColumns */
function nameTicks(isColumns) {
  /** @type {"center" | "far"} */
  const crossAlign = isColumns ? "center" : "far";
  return {
    autoSkip: false,
    maxRotation: 0,
    crossAlign,
    font: { size: isColumns ? 11 : 12.5 },
    /** @type {(this: import("chart.js").Scale, value: string | number) => string} */
    callback(value) {
      const space = (this.chart.width - VALUE_WIDTH) / 2 / CHARACTER_WIDTH;
      return shorten(this.getLabelForValue(Number(value)), Math.floor(space));
    },
  };
}

/** @param {string} name @param {number} length */
const shorten = (name, length) => (name.length > length ? `${name.slice(0, length - 1)}…` : name);

/** @param {BarChart} chart */
function recolour(chart) {
  for (const scale of Object.values(chart.options.scales ?? {})) {
    if (scale?.ticks) scale.ticks.color = colour("text");
  }
}

/**
 * The number at the end of each bar.
 * @param {BarChart} chart
 * @param {boolean} isColumns
 */
function drawValues(chart, isColumns) {
  const { ctx } = chart;
  ctx.save();
  ctx.font = `500 ${isColumns ? 10.5 : 12}px ${ChartJs.defaults.font.family}`;
  ctx.fillStyle = colour("muted");
  ctx.textAlign = isColumns ? "center" : "left";
  ctx.textBaseline = isColumns ? "bottom" : "middle";
  for (const [index, bar] of (chart.getDatasetMeta(0).data ?? []).entries()) {
    const value = Number(chart.data.datasets[0]?.data[index] ?? 0);
    const text = isColumns ? compact(value) : formatNumber(value);
    ctx.fillText(text, bar.x + (isColumns ? 0 : 6), bar.y - (isColumns ? 4 : 0));
  }
  ctx.restore();
}

const compactNumbers = new Intl.NumberFormat("en", {
  notation: "compact",
  maximumFractionDigits: 1,
});

/** @param {number} value */
const compact = (value) => compactNumbers.format(value);

/** @param {Bar} bar */
function numbersRow({ name, value }) {
  const heading = element("th", "", name);
  heading.scope = "row";
  return element("tr", "", heading, element("td", "", formatNumber(value)));
}
