// What was done and what is left: a line for each outcome.

import { badge, button, byId, element } from "./dom.js";
import { formatNumber, formatShare } from "./format.js";

/** @typedef {import("./summary.js").Totals} Totals */
/** @typedef {import("./view.js").View} View */
/** @typedef {{ label: number, name: string, state: string, users: number, effects: Map<string, number> }} Outcome */

const ORDER = ["left", "failed", "done", "planned", "skipped"];
const MAX_EFFECTS = 4;

/**
 * @param {View} view
 * @param {Totals} totals
 */
export function showOutcomes(view, totals) {
  const outcomes = outcomesOf(view);
  const rows = outcomes.map((outcome) => {
    const name = button("link", outcome.name);
    name.addEventListener("click", () => view.choose("outcome", outcome.label));
    return outcomeRow(
      outcome.state,
      name,
      outcome.users,
      totals.users,
      effectsText(outcome.effects),
    );
  });
  if (totals.notBegun > 0) {
    rows.unshift(outcomeRow("left", "Not reached", totals.notBegun, totals.users, ""));
  }
  const table = byId("outcomes");
  const hasEffects = outcomes.some(({ effects }) => effects.size > 0);
  table.classList.toggle("without-effects", !hasEffects);
  table.querySelector("tbody")?.replaceChildren(...rows);
  showProgress(totals);
}

/**
 * @param {View} view
 * @returns {Outcome[]}
 */
function outcomesOf({ store, facets }) {
  const facet = facets.find(({ key }) => key === "outcome");
  /** @type {Map<number, Outcome>} */
  const found = new Map();
  for (let row = 0; row < store.rows && facet; row += 1) {
    const label = facet.of[facet.start[row] ?? 0] ?? 0;
    const known = found.get(label) ?? {
      label,
      name: facet.labels[label] ?? "",
      state: store.word("state", row),
      users: 0,
      effects: new Map(),
    };
    known.users += 1;
    for (const effect of store.list("effects", row)) countEffect(known.effects, effect);
    found.set(label, known);
  }
  return [...found.values()].sort(
    (a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state) || b.users - a.users,
  );
}

/**
 * @param {Map<string, number>} effects
 * @param {string} effect with how many items it concerned, which differs between users
 */
function countEffect(effects, effect) {
  const name = effect.replace(/ \(\d+\)$/, "");
  effects.set(name, (effects.get(name) ?? 0) + 1);
}

/** @param {Map<string, number>} effects */
function effectsText(effects) {
  const ranked = [...effects].sort(([, a], [, b]) => b - a);
  const shown = ranked
    .slice(0, MAX_EFFECTS)
    .map(([name, users]) => `${name} × ${formatNumber(users)}`);
  const rest = ranked.length - shown.length;
  return rest > 0 ? `${shown.join(", ")} and ${rest} more` : shown.join(", ");
}

/**
 * @param {string} state
 * @param {string | Node} name
 * @param {number} users
 * @param {number} all
 * @param {string} effects
 */
function outcomeRow(state, name, users, all, effects) {
  return element(
    "tr",
    "",
    element("td", "", badge(state, state.charAt(0).toUpperCase() + state.slice(1))),
    element("td", "", name),
    element("td", "numeric", formatNumber(users)),
    element("td", "numeric muted", formatShare(users, all)),
    element("td", "muted", effects),
  );
}

/** @param {Totals} totals */
function showProgress({ users, done, planned, skipped, failed, begun, notBegun }) {
  const parts = Object.entries({ done, planned, skipped, failed, left: begun + notBegun });
  const bars = parts.map(([state, count]) => {
    const bar = element("span", `is-${state}`);
    bar.style.flexGrow = String(count);
    bar.hidden = count === 0 || users === 0;
    return bar;
  });
  byId("progress").replaceChildren(...bars);
}
