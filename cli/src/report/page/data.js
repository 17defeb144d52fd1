// Reads the data: base64 of compressed lines, each a head or a chunk of columns.

import { COLUMNS, columnsOf } from "./schema.js";

/** @typedef {import("../types.js").Chunk} Chunk */
/** @typedef {import("../types.js").Head} Head */
/** The words of a row are `of[start[row]]` to `of[start[row + 1] - 1]`. @typedef {{ labels: string[], start: Uint32Array, of: Uint32Array }} Words */

/** @returns {Promise<{ head: Head, store: Store }>} */
export async function readData() {
  const encoded = document.getElementById("data")?.textContent ?? "";
  const stream = new Blob([bytesOf(encoded)]).stream().pipeThrough(new DecompressionStream("gzip"));
  const lines = (await new Response(stream).text()).trimEnd().split("\n");
  /** @type {Head} */
  let head = {
    ...{ command: "", tenant: "", started: null, total: null, options: [] },
    ...{ stopped: "", isOpen: false, incomplete: false },
  };
  /** @type {Chunk[]} */
  const chunks = [];
  for (const line of lines) {
    const piece = JSON.parse(line);
    if ("rows" in piece) chunks.push(piece);
    else head = piece;
  }
  return { head, store: new Store(chunks) };
}

/** @param {string} encoded base64 */
function bytesOf(encoded) {
  const binary = atob(encoded);
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < bytes.length; at += 1) bytes[at] = binary.charCodeAt(at);
  return bytes;
}

/** The rows, column by column. */
export class Store {
  /** @param {Chunk[]} chunks */
  constructor(chunks) {
    this.rows = chunks.reduce((sum, chunk) => sum + chunk.rows, 0);
    /** @type {Map<string, string[]>} */
    this.texts = new Map();
    /** Absent is NaN. @type {Map<string, Float64Array>} */
    this.numbers = new Map();
    /** @type {Map<string, Words>} */
    this.words = new Map();
    for (const name of columnsOf("text")) {
      this.texts.set(
        name,
        chunks.flatMap((chunk) => chunk.text[name] ?? []),
      );
    }
    for (const name of columnsOf("number")) {
      const all = chunks.flatMap((chunk) => chunk.number[name] ?? []);
      this.numbers.set(
        name,
        Float64Array.from(all, (one) => one ?? Number.NaN),
      );
    }
    for (const [name, kind] of Object.entries(COLUMNS)) {
      if (kind === "word" || kind === "words")
        this.words.set(name, wordsOf(chunks, name, this.rows));
    }
  }

  /** @param {keyof import("../types.js").Row} name @param {number} row */
  text(name, row) {
    return this.texts.get(name)?.[row] ?? "";
  }

  /** @param {keyof import("../types.js").Row} name @param {number} row */
  number(name, row) {
    return this.numbers.get(name)?.[row] ?? Number.NaN;
  }

  /** @param {keyof import("../types.js").Row} name @param {number} row @returns {string[]} */
  list(name, row) {
    const words = this.words.get(name);
    if (!words || words.start[row] === words.start[row + 1]) return [];
    const of = words.of.subarray(words.start[row], words.start[row + 1]);
    return Array.from(of, (index) => words.labels[index] ?? "").filter((word) => word !== "");
  }

  /** The one word of a column that has one in each row. @param {keyof import("../types.js").Row} name @param {number} row */
  word(name, row) {
    const words = this.words.get(name);
    return words?.labels[words.of[words.start[row] ?? 0] ?? 0] ?? "";
  }

  /** What is copied for a user. @param {number} row */
  id(row) {
    return this.text("id", row) || this.text("email", row) || this.text("given", row);
  }

  /** What a user is called. @param {number} row */
  title(row) {
    return this.text("email", row) || this.text("id", row) || this.text("given", row) || "Unknown";
  }
}

/**
 * @param {Chunk[]} chunks
 * @param {string} name
 * @param {number} rows
 * @returns {Words}
 */
function wordsOf(chunks, name, rows) {
  const labels = chunks.flatMap((chunk) => chunk.words[name] ?? []);
  const of = chunks.flatMap((chunk) => chunk.word[name] ?? chunk.list[name]?.of ?? []);
  const counts = chunks.flatMap((chunk) => chunk.list[name]?.counts ?? []);
  const start = new Uint32Array(rows + 1);
  for (let row = 0; row < rows; row += 1) start[row + 1] = (start[row] ?? 0) + (counts[row] ?? 1);
  return { labels, start, of: Uint32Array.from(of) };
}
