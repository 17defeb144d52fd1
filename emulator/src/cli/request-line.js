const COLOURS = { 2: 32, 3: 36, 4: 33, 5: 31 };

/** One request as a line: time, method, path, status, duration. */
export function requestLine({ at, method, url, status, outcome, durationMs }, colour) {
  const time = at.toTimeString().slice(0, 8);
  const result = status === undefined || outcome === "faulted" ? outcome : String(status);
  const shown = colour ? `\u001b[${COLOURS[result[0]] ?? 31}m${result}\u001b[0m` : result;
  return `${time} ${method.padEnd(6)} ${readable(url)} ${shown} ${durationMs.toFixed(1)} ms\n`;
}

/** Ids without their percent signs, and no code, ticket or token in the open. */
function readable(url) {
  const [path, query] = url.split("?", 2);
  const masked = query?.replace(/(^|&)(code|ticket|state|id_token_hint)=[^&]*/g, "$1$2=…");
  const text = path.replace(/%7C/gi, "|").replace(/%40/g, "@");
  return masked === undefined ? text : `${text}?${masked}`;
}
