// Copies ids, one a line.

import { byId } from "./dom.js";
import { plural } from "./format.js";

/** @typedef {import("./view.js").View} View */

const TOAST_MS = 2500;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let toastTimer;

/** @param {string[]} ids */
export async function copyIds(ids) {
  const isCopied = await copyText(ids.join("\n"));
  const [first = ""] = ids;
  const what = ids.length === 1 ? first : plural(ids.length, "id");
  showToast(isCopied ? `Copied ${what}` : "The browser did not allow copying");
}

/**
 * A file has no access to the clipboard's interface in every browser; then a selection is copied.
 * @param {string} text
 */
async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement("textarea");
    area.value = text;
    area.className = "hidden";
    const focused = document.activeElement;
    (document.querySelector("dialog[open]") ?? document.body).append(area);
    area.select();
    const isCopied = document.execCommand("copy");
    area.remove();
    if (focused instanceof HTMLElement) focused.focus();
    return isCopied;
  }
}

/** @param {string} message */
function showToast(message) {
  const toast = byId("toast");
  toast.textContent = message;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => toast.replaceChildren(), TOAST_MS);
}

/** @param {View} view */
export function showCopyAll(view) {
  const all = /** @type {HTMLButtonElement} */ (byId("copy-all"));
  all.addEventListener("click", () => {
    copyIds(Array.from(view.rows, (row) => view.store.id(row)).filter(Boolean));
  });
  view.onChange((rows) => {
    const label = all.querySelector("span");
    if (label)
      label.textContent = rows.length === 0 ? "Copy ids" : `Copy ${plural(rows.length, "id")}`;
    all.disabled = rows.length === 0;
  });
}
