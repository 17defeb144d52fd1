// The table of users. Only the rows in sight exist as elements; the others are the heights above and below them.

import { columnsFor } from "./cells.js";
import { byId, element } from "./dom.js";
import { headRow } from "./head.js";
import { RowKeys } from "./keys.js";
import { VirtualCore } from "./libraries.js";
import { rowElement } from "./row.js";

/** @typedef {import("./view.js").View} View */

const ROW = 52;
const HEAD = 40;
const COPY_WIDTH = 52;
const OVERSCAN = 8;
/** A bar to scroll sideways, and the borders. */
const FRAME = 20;

export class UserTable {
  #scroller = byId("scroller");
  #table = /** @type {HTMLTableElement} */ (byId("table"));
  /** The elements of rows, by position. @type {Map<number, HTMLTableRowElement>} */
  #drawn = new Map();
  #above = spacer();
  #below = spacer();

  /** @param {View} view */
  constructor(view) {
    this.view = view;
    this.columns = columnsFor(view.store);
    const span = String(this.columns.length + 1);
    for (const one of [this.#above, this.#below])
      one.firstElementChild?.setAttribute("colspan", span);
    this.#table.setAttribute("aria-colcount", span);
    const width = this.columns.reduce((sum, column) => sum + column.width, COPY_WIDTH);
    this.#table.style.minWidth = `${width}px`;
    // Few rows need less room. It stays when filters change, so that the page does not jump.
    this.#scroller.style.maxHeight = `${HEAD + view.store.rows * ROW + FRAME}px`;
    this.keys = new RowKeys(this.#scroller, (position) => this.#reveal(position));
    this.virtualizer = new VirtualCore.Virtualizer(this.#options(0));
    this.virtualizer._didMount();
    this.#table.tHead?.replaceChildren(headRow(view, this.columns));
    view.onChange((rows) => this.#show(rows));
  }

  /**
   * @param {number} count
   * @returns {import("@tanstack/virtual-core").VirtualizerOptions<HTMLElement, HTMLElement>}
   */
  #options(count) {
    return {
      count,
      getScrollElement: () => this.#scroller,
      estimateSize: () => ROW,
      overscan: OVERSCAN,
      scrollPaddingEnd: HEAD,
      observeElementRect: VirtualCore.observeElementRect,
      observeElementOffset: VirtualCore.observeElementOffset,
      scrollToFn: VirtualCore.elementScroll,
      onChange: () => this.#draw(),
    };
  }

  /** @param {Uint32Array} rows */
  #show(rows) {
    this.#scroller.hidden = rows.length === 0;
    byId("empty").hidden = rows.length > 0;
    this.#table.setAttribute("aria-rowcount", String(rows.length + 1));
    this.#drawn.clear();
    this.keys.reset(rows.length);
    if (this.virtualizer.scrollOffset) this.#scroller.scrollTop = 0;
    this.virtualizer.setOptions(this.#options(rows.length));
    this.virtualizer._willUpdate();
    this.#draw();
  }

  #draw() {
    const items = this.virtualizer.getVirtualItems();
    const first = items[0]?.start ?? 0;
    const last = items.at(-1)?.end ?? 0;
    setHeight(this.#above, first);
    setHeight(this.#below, Math.max(0, this.virtualizer.getTotalSize() - last));
    const before = this.#drawn;
    this.#drawn = new Map(items.map(({ index }) => [index, before.get(index) ?? this.#row(index)]));
    this.#place(before);
    this.keys.update(this.#drawn);
  }

  /**
   * Elements that stay are not moved, because moving takes the focus from them.
   * @param {Map<number, HTMLTableRowElement>} before
   */
  #place(before) {
    const body = this.#table.tBodies[0];
    if (!body) return;
    const kept = new Set(this.#drawn.values());
    if (
      [...before.values()].some((row) => !kept.has(row) && row.contains(document.activeElement))
    ) {
      this.#scroller.focus({ preventScroll: true });
    }
    for (const row of [...body.rows]) {
      if (!kept.has(row) && row !== this.#above && row !== this.#below) row.remove();
    }
    if (this.#above.parentElement !== body) body.replaceChildren(this.#above, this.#below);
    let previous = this.#above;
    for (const row of kept) {
      if (row.previousElementSibling !== previous) previous.after(row);
      previous = row;
    }
  }

  /** @param {number} position */
  #row(position) {
    return rowElement(this.view.store, this.view.rows[position] ?? 0, position, this.columns);
  }

  /** @param {number} position */
  #reveal(position) {
    this.virtualizer.scrollToIndex(position, { align: "auto" });
    this.#draw();
  }
}

function spacer() {
  const row = element("tr", "spacer", element("td", ""));
  row.setAttribute("aria-hidden", "true");
  return row;
}

/**
 * @param {HTMLTableRowElement} row
 * @param {number} height
 */
function setHeight(row, height) {
  row.hidden = height === 0;
  const cell = row.cells[0];
  if (cell) cell.style.height = `${height}px`;
}
