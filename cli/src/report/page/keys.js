// Keys in the table: one row at a time is in the tab order, and the arrow keys move to another.

/** Rows that Page Up and Page Down move by. */
const PAGE = 8;

export class RowKeys {
  #position = 0;
  #count = 0;
  /** @type {Map<number, HTMLTableRowElement>} */
  #drawn = new Map();
  /** The button to focus as soon as its row is drawn, which may be after scrolling. */
  #wanted = "";

  /**
   * @param {HTMLElement} scroller
   * @param {(position: number) => void} reveal draws a row and brings it into sight
   */
  constructor(scroller, reveal) {
    this.reveal = reveal;
    scroller.addEventListener("keydown", (event) => this.#onKey(event, scroller));
    scroller.addEventListener("focusin", ({ target }) => this.#onFocus(target));
  }

  /** @param {number} count */
  reset(count) {
    this.#count = count;
    this.#position = 0;
    this.#wanted = "";
  }

  /** @param {Map<number, HTMLTableRowElement>} drawn */
  update(drawn) {
    this.#drawn = drawn;
    const [first = 0] = drawn.keys();
    const current = drawn.has(this.#position) ? this.#position : first;
    for (const [position, row] of drawn) {
      for (const one of row.querySelectorAll("button"))
        one.tabIndex = position === current ? 0 : -1;
    }
    this.#focusWanted();
  }

  /** @param {EventTarget | null} target */
  #onFocus(target) {
    for (const [position, row] of this.#drawn) {
      if (target instanceof Node && row.contains(target)) this.#position = position;
    }
    this.update(this.#drawn);
  }

  /**
   * @param {KeyboardEvent} event
   * @param {HTMLElement} scroller
   */
  #onKey(event, scroller) {
    const isOutside = event.target === scroller;
    const target = this.#target(event.key, isOutside);
    const isHeading = event.target instanceof Element && event.target.closest("thead");
    if (target === undefined || isHeading || this.#count === 0) return;
    event.preventDefault();
    const isCopy = event.target instanceof Element && event.target.classList.contains("copy");
    this.#position = Math.max(0, Math.min(this.#count - 1, target));
    this.#wanted = isCopy ? ".copy" : ".open";
    this.reveal(this.#position);
    this.#focusWanted();
  }

  #focusWanted() {
    const row = this.#wanted && this.#drawn.get(this.#position);
    if (!row) return;
    /** @type {HTMLElement | null} */
    const button = row.querySelector(this.#wanted);
    this.#wanted = "";
    button?.focus({ preventScroll: true });
  }

  /**
   * Where a key leads; from outside the rows, to the first one in sight.
   * @param {string} key
   * @param {boolean} isOutside
   */
  #target(key, isOutside) {
    const from = this.#position;
    if (isOutside && key === "ArrowDown") return from;
    switch (key) {
      case "ArrowDown":
        return from + 1;
      case "ArrowUp":
        return from - 1;
      case "PageDown":
        return from + PAGE;
      case "PageUp":
        return from - PAGE;
      case "Home":
        return 0;
      case "End":
        return this.#count - 1;
      default:
        return undefined;
    }
  }
}
