import { StringDecoder } from "node:string_decoder";

/** @typedef {AsyncIterable<Buffer> | Iterable<Buffer>} Chunks */

/**
 * UTF-8 text without its byte order mark.
 * @param {Chunks} chunks
 * @throws {TypeError} for UTF-16, in which Windows programs may save text
 */
export async function* textOf(chunks) {
  const decoder = new StringDecoder("utf8");
  let isFirst = true;
  for await (const chunk of chunks) {
    const [a, b] = chunk;
    if (isFirst && ((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff))) {
      throw new TypeError("it is UTF-16: save it as UTF-8");
    }
    const text = decoder.write(chunk);
    yield isFirst ? text.replace(/^\ufeff/, "") : text;
    isFirst = false;
  }
  yield decoder.end();
}

/**
 * Lines with their numbers, from 1; they end with LF or CRLF.
 * @param {Chunks} chunks
 * @returns {AsyncGenerator<{ line: number, text: string }>}
 */
export async function* linesOf(chunks) {
  let line = 0;
  let rest = "";
  for await (const text of textOf(chunks)) {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const one of lines) yield { line: ++line, text: one.replace(/\r$/, "") };
  }
  if (rest !== "") yield { line: ++line, text: rest };
}
