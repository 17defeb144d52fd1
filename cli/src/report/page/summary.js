// The head of the page: what was run, the headline numbers, and what needs attention.

import { byId, element, value } from "./dom.js";
import {
  formatDecimal,
  formatNumber,
  formatShare,
  formatTime,
  plural,
  sentence,
} from "./format.js";
import { MAY_EXIST } from "./schema.js";

/** @typedef {import("../types.js").Head} Head */
/** @typedef {import("./view.js").View} View */

/** @type {ReadonlyMap<string, string>} */
const TITLES = new Map([
  ["audit", "Security audit"],
  ["emergency", "Emergency response"],
  ["bulk revoke", "Session revocation"],
  ["bulk block", "Blocked users"],
  ["bulk ticket", "Password reset links"],
]);

/**
 * @param {View} view
 * @param {Head} head
 */
export function totalsOf(view, head) {
  const of = (/** @type {string} */ key, /** @type {string} */ name) => {
    const facet = view.facets.find((one) => one.key === key);
    return facet?.counts[facet.labels.indexOf(name)] ?? 0;
  };
  const sessions = view.store.numbers.get("sessions") ?? new Float64Array();
  const known = sessions.filter((count) => !Number.isNaN(count));
  const users = Math.max(view.store.rows, head.total ?? 0);
  return {
    users,
    notBegun: users - view.store.rows,
    isOpen: head.isOpen,
    begun: of("state", "Left"),
    done: of("state", "Done"),
    failed: of("state", "Failed"),
    skipped: of("state", "Skipped"),
    planned: of("state", "Planned"),
    high: of("risk", "High"),
    rated: view.facets.some(({ key }) => key === "risk"),
    counted: known.length,
    sessions: known.reduce((sum, count) => sum + count, 0),
  };
}

/** @typedef {ReturnType<typeof totalsOf>} Totals */

/** @param {Head} head */
export function showHead(head) {
  const title = TITLES.get(head.command) ?? (sentence(head.command) || "User security report");
  document.title = head.tenant ? `${title} – ${head.tenant}` : title;
  byId("title").textContent = title;
  const parts = [];
  if (head.tenant) parts.push(value(head.tenant));
  if (head.started !== null) parts.push(`Started ${formatTime(head.started)} UTC`);
  for (const [name, setting] of head.options) parts.push(value(settingText(name, setting)));
  byId("subtitle").replaceChildren(
    ...parts.flatMap((part, index) => (index ? [" · ", part] : [part])),
  );
}

/** @type {ReadonlyMap<string, string>} */
const SETTINGS = new Map([
  ["allowBlocked", "Reset links for blocked users"],
  ["dryRun", "Dry run"],
  ["lock", "Blocked first"],
  ["minRiskLevel", "Lowest risk acted on"],
  ["redirectUrl", "Redirect to"],
  ["ticket", "Reset links"],
  ["ttlSeconds", "Reset links valid for seconds"],
  ["waitUntilGone", "Waited until sessions were gone"],
]);

/**
 * @param {string} name of an option
 * @param {string} setting
 */
function settingText(name, setting) {
  const title = SETTINGS.get(name) ?? name;
  if (setting === "true") return title;
  return `${title}: ${setting === "false" ? "no" : setting}`;
}

/** @param {Totals} totals */
export function showTiles(totals) {
  const left = totals.begun + totals.notBegun;
  const share = (/** @type {number} */ part) => formatShare(part, totals.users);
  const extra = [
    totals.planned > 0 && ["Planned", totals.planned, "dry run"],
    totals.skipped > 0 && ["Skipped", totals.skipped, share(totals.skipped)],
  ];
  const perUser = formatDecimal(totals.sessions / Math.max(1, totals.counted));
  tiles([
    ["Users", totals.users, ""],
    totals.counted > 0 && ["Sessions", totals.sessions, `${perUser} per user`],
    totals.rated && ["High risk", totals.high, share(totals.high), "high"],
    ["Done", totals.done, share(totals.done)],
    ["Failed", totals.failed, share(totals.failed), "failed"],
    totals.isOpen
      ? ["Left", null, "not known"]
      : ["Left", left, left > 0 ? share(left) : "nothing is left", "left"],
    ...extra,
  ]);
}

/**
 * @param {(false | unknown[])[]} list name, count if it is known, what it means, and a kind that draws attention if the
 *   count is not 0; false for what is not part of the run
 */
function tiles(list) {
  const parts = list.filter((one) => one !== false);
  const created = parts.map(([name, count, detail, kind = ""]) => {
    const isKnown = typeof count === "number";
    const number = element("dd", "tile-number", isKnown ? formatNumber(count) : "–");
    if (isKnown && count > 0 && kind) number.classList.add(`is-${kind}`);
    const note = element("dd", "tile-note", String(detail));
    return element("div", "tile", element("dt", "", String(name)), number, note);
  });
  byId("tiles").replaceChildren(...created);
}

/**
 * @param {Totals} totals
 * @param {View} view
 * @param {Head} head
 */
export function showNotices(totals, view, head) {
  const { begun } = totals;
  const mayExist = countNote(view, MAY_EXIST);
  const notices = [
    stopNotice(totals, head),
    head.incomplete && notice("left", "Users may be missing.", INCOMPLETE),
    begun > 0 &&
      notice("left", `${plural(begun, "user")} begun without a recorded outcome.`, BEGUN),
    mayExist > 0 && notice("failed", `${MAY_EXIST} for ${plural(mayExist, "user")}.`, ANOTHER_LINK),
  ];
  byId("notices").replaceChildren(...notices.filter((one) => one !== false));
}

/**
 * Why the run ended early, and for how many users.
 * @param {Totals} totals
 * @param {Head} head
 */
function stopNotice({ notBegun }, { stopped, isOpen }) {
  const why = stopped === "" ? "" : `${stopped}; `;
  if (isOpen) return notice("left", `${why}users not reached: unknown.`, OPEN);
  if (notBegun > 0)
    return notice("left", `${why}${plural(notBegun, "user")} not reached.`, NOT_BEGUN);
  return stopped !== "" && notice("left", `${stopped}.`, "All users of the list were reached.");
}

const OPEN =
  "How long the list was is not known, so this report does not show who is left. Resume the run to continue.";
const INCOMPLETE =
  "Auth0 could not list everyone who matches the selection. Select once more later, and repeat the run for those it finds.";
const BEGUN =
  "The run was interrupted while they were in progress, so what was done for them is not known. Resume the run, or check these users in Auth0.";
const NOT_BEGUN = "The run ended before their turn, and nothing was changed for them.";
const ANOTHER_LINK =
  "A request for one was interrupted before its response was recorded. Such a link works until it expires.";

/**
 * How many users have a note.
 * @param {View} view
 * @param {string} note
 */
function countNote({ store }, note) {
  const notes = store.words.get("notes");
  const index = notes?.labels.indexOf(note) ?? -1;
  return index < 0 ? 0 : (notes?.of.filter((one) => one === index).length ?? 0);
}

/**
 * @param {string} kind
 * @param {string} title
 * @param {string} text
 */
const notice = (kind, title, text) =>
  element("p", `notice notice-${kind}`, element("strong", "", title), ` ${text}`);
