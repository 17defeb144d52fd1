// Everything about one user.

import { numberText, timeText } from "./cells.js";
import { copyIds } from "./copy.js";
import { badge, button, byId, element, icon, value } from "./dom.js";
import { countryName, formatDecimal, sentence, signalOf } from "./format.js";
import { SEPARATOR } from "./schema.js";

/** @typedef {import("./data.js").Store} Store */

const dialog = /** @type {HTMLDialogElement} */ (byId("details"));

/** Closes by its button, by Escape, and by a press beside it. */
export function prepareDetails() {
  byId("details-close").addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
}

/**
 * @param {Store} store
 * @param {number} row
 */
export function showDetails(store, row) {
  byId("details-title").replaceChildren(value(store.title(row)));
  byId("details-body").replaceChildren(
    element(
      "dl",
      "facts",
      ...identity(store, row),
      ...activity(store, row),
      ...outcome(store, row),
    ),
    ...signalsOf(store, row),
  );
  dialog.showModal();
  dialog.scrollTop = 0;
}

/** @param {Store} store @param {number} row */
function identity(store, row) {
  const id = store.id(row);
  const copy = button("icon-button", icon("copy"));
  copy.setAttribute("aria-label", `Copy ${id}`);
  copy.addEventListener("click", () => copyIds([id]));
  return [
    ...fact("Id", id && [element("span", "code", value(id)), copy]),
    ...fact("Email", store.text("email", row)),
    ...fact("Name", store.text("name", row)),
    ...fact("Given as", store.text("given", row)),
  ];
}

/** @param {Store} store @param {number} row */
function activity(store, row) {
  const risk = store.word("risk", row);
  const score = store.number("score", row);
  const points = Number.isNaN(score) ? "" : ` Score ${formatDecimal(score)}`;
  return [
    ...fact("Risk", risk && [badge(risk, sentence(risk)), points]),
    ...fact("Sessions", numberText(store.number("sessions", row))),
    ...fact("Sign-in methods", numberText(store.number("methods", row))),
    ...fact("Last activity", utc(store.number("lastActivity", row))),
    ...fact("Providers", lines(store.list("providers", row))),
    ...fact("Devices", lines(store.list("devices", row))),
    ...fact("Countries", lines(store.list("countries", row).map(countryName))),
    ...fact("Addresses", lines(store.text("addresses", row).split(SEPARATOR).filter(Boolean))),
  ];
}

/** @param {Store} store @param {number} row */
function outcome(store, row) {
  const state = store.word("state", row);
  return [
    ...fact("Status", [badge(state, sentence(state))]),
    ...fact("Outcome", store.word("outcome", row)),
    ...fact("Effects", lines(store.list("effects", row))),
    ...fact("Notes", lines(store.list("notes", row))),
    ...fact("Link expires", utc(store.number("expires", row))),
    ...fact("Error", store.word("error", row)),
    ...fact("Code", store.word("code", row)),
    ...fact("Description", store.word("description", row)),
    ...fact("Correlation id", store.text("correlationId", row)),
    ...fact("Recorded", utc(store.number("time", row))),
  ];
}

/** @param {Store} store @param {number} row */
function signalsOf(store, row) {
  const signals = store.list("signals", row).map(signalOf);
  if (signals.length === 0) return [];
  const items = signals.map(({ id, weight, why }) =>
    element(
      "li",
      "",
      element(
        "div",
        "line",
        element("strong", "", value(sentence(id))),
        element("span", "muted", `+${formatDecimal(weight)}`),
      ),
      element("p", "muted", value(why)),
    ),
  );
  return [element("h3", "", "Risk signals"), element("ul", "signals", ...items)];
}

/**
 * A name with its value; nothing if there is no value.
 * @param {string} name
 * @param {string | (string | Node)[]} content
 */
function fact(name, content) {
  if (content.length === 0) return [];
  const nodes = typeof content === "string" ? [value(content)] : content;
  return [element("dt", "", name), element("dd", "", ...nodes)];
}

/** @param {string[]} list */
const lines = (list) => list.map((one) => element("div", "", value(one)));

/** @param {number} seconds */
const utc = (seconds) => (Number.isNaN(seconds) ? "" : `${timeText(seconds)} UTC`);
