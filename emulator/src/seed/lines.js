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

const SPACE = /[ \t\n\r]*/y;
const STRING = /"(?:[^"\\\p{Cc}]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"/uy;
const WORD = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

/** Where a text stops being JSON; not every message of the parser tells. */
export function offsetOfMistake(text) {
  let at = 0;
  const takes = (pattern) => {
    pattern.lastIndex = at;
    const found = pattern.test(text);
    if (found) at = pattern.lastIndex;
    return found;
  };
  const eats = (mark) => {
    takes(SPACE);
    if (text[at] !== mark) return false;
    at += 1;
    return true;
  };
  const isString = () => takes(SPACE) && takes(STRING);
  const isMember = () => isString() && eats(":") && isValue();
  const isList = (end, isItem) => {
    if (eats(end)) return true;
    do if (!isItem()) return false;
    while (eats(","));
    return eats(end);
  };
  const isValue = () => {
    if (eats("{")) return isList("}", isMember);
    if (eats("[")) return isList("]", isValue);
    return takes(STRING) || takes(WORD);
  };
  if (isValue()) takes(SPACE);
  return at;
}

export function lineOfOffset(text, offset) {
  return text.slice(0, offset).split("\n").length;
}
