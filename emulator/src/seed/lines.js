const TOKENS = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;

/**
 * The line on which a key or element of valid JSON stands.
 * @param {string} text
 * @param {(string | number)[]} path
 */
export function lineOf(text, path) {
  const stack = [];
  const isAt = () => stack.length === path.length && stack.every((part, i) => part.key === path[i]);
  for (const { 0: token, index } of text.matchAll(TOKENS)) {
    const top = stack.at(-1);
    if (token === "}" || token === "]") {
      stack.pop();
    } else if (token === ",") {
      if (top.isArray) top.key++;
      else top.key = undefined;
    } else if (token !== ":") {
      if (top && !top.isArray && top.key === undefined) top.key = JSON.parse(token);
      if (isAt()) return lineOfOffset(text, index);
      if (token === "{") stack.push({ isArray: false, key: undefined });
      if (token === "[") stack.push({ isArray: true, key: 0 });
    }
  }
  return 1;
}

export function lineOfOffset(text, offset) {
  return text.slice(0, offset).split("\n").length;
}
