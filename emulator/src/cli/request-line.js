/** @import { RecordedRequest } from "../../index.js" */

/** @type {Record<string, number>} */
const COLOURS = { 2: 32, 3: 36, 4: 33, 5: 31 };

/**
 * One request as a line: time, method, path, status, duration.
 * @param {RecordedRequest} request
 * @param {boolean} inColour
 */
export function requestLine({ at, method, url, status, outcome, durationMs = 0 }, inColour) {
  const time = at.toTimeString().slice(0, 8);
  const result = status === undefined || outcome === "faulted" ? outcome : String(status);
  const shown = inColour ? `\u001b[${COLOURS[result[0]] ?? 31}m${result}\u001b[0m` : result;
  return `${time} ${method.padEnd(6)} ${readable(url)} ${shown} ${durationMs.toFixed(1)} ms\n`;
}

/**
 * Decodes the usual characters in ids, and hides codes, tickets and tokens.
 * @param {string} url
 */
function readable(url) {
  const [path, query] = url.split("?", 2);
  const masked = query?.replace(
    /(^|&)(code|ticket|state|id_token_hint|access_token)=[^&]*/g,
    "$1$2=…",
  );
  const text = path.replace(/%7C/gi, "|").replace(/%40/g, "@");
  return masked === undefined ? text : `${text}?${masked}`;
}
