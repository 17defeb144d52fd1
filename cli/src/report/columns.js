// Rows as columns, which compress well and need no object for each row in the browser.

import { columnsOf } from "./page/schema.js";

/** @typedef {import("./types.js").Chunk} Chunk */
/** @typedef {import("./types.js").Row} Row */

const TEXT = columnsOf("text");
const NUMBER = columnsOf("number");
const WORD = columnsOf("word");
const LIST = columnsOf("words");

/** Encodes rows in chunks. The words of each column are numbered across all chunks, from 0; `""` is a word too. */
export class ColumnEncoder {
  /** @type {Map<string, Map<string, number>>} */
  #dictionaries = new Map([...WORD, ...LIST].map((name) => [name, new Map()]));
  #chunk = emptyChunk();

  /**
   * @param {Row} row
   * @returns {number} how many rows wait to be taken
   */
  add(row) {
    const values = new Map(Object.entries(row));
    const chunk = this.#chunk;
    chunk.rows += 1;
    for (const name of TEXT) chunk.text[name]?.push(values.get(name));
    for (const name of NUMBER) chunk.number[name]?.push(values.get(name));
    for (const name of WORD) chunk.word[name]?.push(this.#number(name, values.get(name)));
    for (const name of LIST) {
      const words = values.get(name).map((/** @type {string} */ word) => this.#number(name, word));
      chunk.list[name]?.counts.push(words.length);
      chunk.list[name]?.of.push(...words);
    }
    return chunk.rows;
  }

  /** Takes the rows that were added since the last time. */
  take() {
    const chunk = this.#chunk;
    this.#chunk = emptyChunk();
    return chunk;
  }

  /**
   * @param {string} name
   * @param {string} word
   */
  #number(name, word) {
    const dictionary = /** @type {Map<string, number>} */ (this.#dictionaries.get(name));
    const known = dictionary.get(word);
    if (known !== undefined) return known;
    dictionary.set(word, dictionary.size);
    this.#chunk.words[name]?.push(word);
    return dictionary.size - 1;
  }
}

/** @returns {Chunk} */
function emptyChunk() {
  const empty = (/** @type {string[]} */ names) =>
    Object.fromEntries(names.map((name) => [name, []]));
  return {
    rows: 0,
    words: empty([...WORD, ...LIST]),
    text: empty(TEXT),
    number: empty(NUMBER),
    word: empty(WORD),
    list: Object.fromEntries(LIST.map((name) => [name, { counts: [], of: [] }])),
  };
}
