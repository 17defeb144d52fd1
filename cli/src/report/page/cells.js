// The columns of the table, and what a row shows in each.

import { badge, element, value } from "./dom.js";
import {
  countryName,
  formatDecimal,
  formatNumber,
  formatTime,
  sentence,
  signalOf,
} from "./format.js";

/** @typedef {import("./data.js").Store} Store */
/** @typedef {keyof import("../types.js").Row} Name */
/** @typedef {{ key: string, title: string, width: number, data: Name[], numeric?: true, first?: "descending", cell(store: Store, row: number): (string | Node)[] }} Column */

/** @type {Column[]} */
const ALL = [
  { key: "user", title: "User", width: 240, data: ["state"], cell: () => [] },
  { key: "risk", title: "Risk", width: 168, data: ["risk"], first: "descending", cell: riskCell },
  {
    key: "sessions",
    title: "Sessions",
    width: 88,
    data: ["sessions"],
    numeric: true,
    first: "descending",
    cell: (store, row) => [numberText(store.number("sessions", row))],
  },
  {
    key: "providers",
    title: "Providers",
    width: 124,
    data: ["providers"],
    cell: listCell("providers", String),
  },
  {
    key: "devices",
    title: "Devices",
    width: 176,
    data: ["devices"],
    cell: listCell("devices", String),
  },
  {
    key: "countries",
    title: "Countries",
    width: 116,
    data: ["countries"],
    cell: listCell("countries", countryName),
  },
  {
    key: "lastActivity",
    title: "Last activity",
    width: 124,
    data: ["lastActivity"],
    first: "descending",
    cell: timeCell,
  },
  {
    key: "status",
    title: "Status",
    width: 156,
    data: ["state"],
    first: "descending",
    cell: statusCell,
  },
  { key: "error", title: "Error", width: 190, data: ["error", "code"], cell: errorCell },
];

/**
 * The columns for which some row has data.
 * @param {Store} store
 */
export const columnsFor = (store) =>
  ALL.filter(({ data }) => data.some((name) => hasData(store, name)));

/**
 * @param {Store} store
 * @param {Name} name
 */
function hasData(store, name) {
  const words = store.words.get(name);
  if (words) return words.labels.some((label) => label !== "");
  return store.numbers.get(name)?.some((number) => !Number.isNaN(number)) ?? false;
}

/**
 * The name of a user, and the id below it.
 * @param {Store} store
 * @param {number} row
 */
export function userTexts(store, row) {
  const title = store.title(row);
  const below = [store.text("id", row), store.text("given", row)].find(
    (one) => one && one !== title,
  );
  return { title, below: below ?? store.text("name", row) };
}

/** @param {Store} store @param {number} row */
function riskCell(store, row) {
  const risk = store.word("risk", row);
  if (risk === "") return [];
  const score = store.number("score", row);
  const line = element("div", "line", badge(risk, sentence(risk)));
  if (!Number.isNaN(score)) line.append(element("span", "muted", formatDecimal(score)));
  const signals = store.list("signals", row).map((signal) => sentence(signalOf(signal).id));
  return [line, element("div", "below", value(signals.join(", ")))];
}

/** @param {Store} store @param {number} row */
function statusCell(store, row) {
  const state = store.word("state", row);
  return [
    element("div", "line", badge(state, sentence(state))),
    element("div", "below", value(store.word("outcome", row))),
  ];
}

/** @param {Store} store @param {number} row */
function errorCell(store, row) {
  return [element("div", "lines", value(store.word("error", row)))];
}

/** @param {Store} store @param {number} row */
function timeCell(store, row) {
  const [day = "", time] = timeText(store.number("lastActivity", row)).split(", ");
  if (time === undefined) return [];
  return [element("div", "line", day), element("div", "below", `${time} UTC`)];
}

/**
 * @param {Name} name
 * @param {(word: string) => string} nameOf
 * @returns {Column["cell"]}
 */
function listCell(name, nameOf) {
  return (store, row) => {
    const [first, ...others] = store.list(name, row).map(nameOf);
    if (first === undefined) return [];
    const more =
      others.length > 1 ? `${others[0]} and ${others.length - 1} more` : (others[0] ?? "");
    return [element("div", "line", value(first)), element("div", "below", value(more))];
  };
}

/** @param {number} number */
export const numberText = (number) => (Number.isNaN(number) ? "" : formatNumber(number));

/** @param {number} seconds */
export const timeText = (seconds) => (Number.isNaN(seconds) ? "" : formatTime(seconds));
