// Ids as an attacker would choose them: a generator with a fixed seed, so that a failure repeats.

// biome-ignore format: read as a table
const PIECES = [
  "..", ".", "/", "\\", "%2e", "%2E%2e", "%2f", "%5c", "%00", "%", "?", "#", ";", "&", "=", "+",
  "|", "@", ":", "'", '"', "<", " ", "*", "~", "-", "_", "auth0|", "google-oauth2|", "abc", "0",
  "sessions", "users", "revoke", "authentication-methods", "take=1", "http://evil.example/",
  "\u0000", "\n", "\r\n", "\t", "\u001b", "\u007f", "\u0085", "\u00a0", "\u2028", "\u202e",
  "\ufeff", "é", "e\u0301", "ß", "İ", "K", "😀", "\ud800", "\udc00", "a".repeat(150),
];

// biome-ignore format: read as a table
const ALWAYS = [
  "", ".", "..", "...", "%2e%2e", "%2e", "/", "//", "\\..\\", "auth0|../..", "auth0|a/../../b",
  "../../../oauth/token", "auth0|a?take=1", "auth0|a#", "auth0|a;x", "\ud800", "😀",
  "a".repeat(300), "a".repeat(301), "😀".repeat(300), "😀".repeat(301),
  "auth0|a\r\nHost: evil.example", "__proto__", "constructor",
];

/** Well-known hostile ids, and `count` more composed of hostile pieces. */
export function hostileIds(count) {
  const random = mulberry32(0x5eed);
  const below = (limit) => Math.floor(random() * limit);
  const one = () => Array.from({ length: below(6) }, () => PIECES[below(PIECES.length)]).join("");
  return [...ALWAYS, ...Array.from({ length: count }, one)];
}

/** The documented rule, written independently of the core. */
export function canExist(id) {
  const isPlain = id.isWellFormed() && !/\p{Cc}/u.test(id);
  return isPlain && id !== "" && [...id].length <= 300 && !/^\.{1,2}$/.test(id);
}

function mulberry32(state) {
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
