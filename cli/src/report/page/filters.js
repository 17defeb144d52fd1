// Search, a select for each facet, and the filters in force, each with a button that removes it.

import { button, byId, element, icon } from "./dom.js";
import { rankedLabels } from "./facets.js";
import { formatNumber } from "./format.js";

/** @typedef {import("./facets.js").Facet} Facet */
/** @typedef {import("./view.js").View} View */

/** Those without a select are chosen in the summary or a chart. */
const WITH_SELECT = ["risk", "state", "provider", "country", "device", "signal"];
const MAX_OPTIONS = 500;

/** @param {View} view */
export function showFilters(view) {
  const selects = view.facets
    .filter(({ key }) => WITH_SELECT.includes(key))
    .map((facet) => ({ facet, select: selectOf(facet, view) }));
  byId("selects").replaceChildren(...selects.map(({ select }) => select));
  const search = /** @type {HTMLInputElement} */ (byId("search"));
  search.addEventListener("input", () => view.search(search.value));
  byId("filters").addEventListener("submit", (event) => event.preventDefault());
  view.onChange(() => {
    for (const { facet, select } of selects) {
      const label = view.chosen(facet.key);
      select.value = label === undefined ? "" : String(label);
      select.classList.toggle("is-set", label !== undefined);
    }
    byId("active").replaceChildren(...activeFilters(view, search));
  });
}

/**
 * @param {Facet} facet
 * @param {View} view
 */
function selectOf(facet, view) {
  const select = element("select", "", new Option(facet.any, ""));
  const labels = rankedLabels(facet, facet.counts);
  for (const label of labels.slice(0, MAX_OPTIONS)) {
    const count = formatNumber(facet.counts[label] ?? 0);
    select.append(new Option(`${facet.labels[label]} (${count})`, String(label)));
  }
  if (labels.length > MAX_OPTIONS) {
    const rest = new Option(`${formatNumber(labels.length - MAX_OPTIONS)} more: use the search`);
    rest.disabled = true;
    select.append(rest);
  }
  select.setAttribute("aria-label", facet.title);
  select.id = `filter-${facet.key}`;
  select.addEventListener("change", () => {
    view.choose(facet.key, select.value === "" ? undefined : Number(select.value));
  });
  return select;
}

/**
 * @param {View} view
 * @param {HTMLInputElement} search
 */
function activeFilters(view, search) {
  const chips = chosenOf(view).map(({ facet, name }) => {
    const chip = button("chip", `${facet.title}: ${name}`, icon("close"));
    chip.setAttribute("aria-label", `Remove the filter ${facet.title}: ${name}`);
    chip.addEventListener("click", () => {
      view.choose(facet.key, undefined);
      search.focus();
    });
    return chip;
  });
  if (!view.isFiltered) return [];
  const clear = button("link", "Clear all");
  clear.addEventListener("click", () => {
    search.value = "";
    view.clear();
    search.focus();
  });
  return [...chips, clear];
}

/** @param {View} view */
function chosenOf(view) {
  return view.facets.flatMap((facet) => {
    const label = view.chosen(facet.key);
    return label === undefined ? [] : [{ facet, name: facet.labels[label] ?? "" }];
  });
}

/**
 * The filters in force as a sentence, for paper.
 * @param {View} view
 */
export function filtersText(view) {
  const chosen = chosenOf(view).map(({ facet, name }) => `${facet.title}: ${name}`);
  const query = /** @type {HTMLInputElement} */ (byId("search")).value.trim();
  if (query !== "") chosen.push(`Search: ${query}`);
  return chosen.join(" · ");
}
