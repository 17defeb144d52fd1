/** The part of DER that an X.509 certificate needs. Each function returns the bytes of one value. */

/**
 * @param {number} tag
 * @param {...Uint8Array} contents
 */
function tagged(tag, ...contents) {
  const body = Buffer.concat(contents);
  return Buffer.concat([Buffer.from([tag]), lengthOf(body.length), body]);
}

/** @param {number} length */
function lengthOf(length) {
  if (length < 0x80) return Buffer.from([length]);
  const bytes = [];
  for (let rest = length; rest > 0; rest >>= 8) bytes.unshift(rest & 0xff);
  return Buffer.from([0x80 | bytes.length, ...bytes]);
}

/** @param {...Uint8Array} items */
export const sequence = (...items) => tagged(0x30, ...items);

/** @param {...Uint8Array} items */
export const set = (...items) => tagged(0x31, ...items);

/** @param {string} text */
export const utf8 = (text) => tagged(0x0c, Buffer.from(text));

/** @param {Uint8Array} bytes */
export const octets = (bytes) => tagged(0x04, bytes);

/** @param {Uint8Array} bytes */
export const bits = (bytes, unused = 0) => tagged(0x03, Buffer.from([unused]), bytes);

/** @param {boolean} value */
export const boolean = (value) => tagged(0x01, Buffer.from([value ? 0xff : 0]));

export const none = () => tagged(0x05);

/**
 * A non-negative integer from its bytes: a leading zero keeps the first bit from being a sign.
 * @param {Buffer} bytes
 */
export function integer(bytes) {
  return tagged(0x02, bytes[0] & 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes);
}

/** @param {string} text an object identifier, such as `2.5.4.3` */
export function oid(text) {
  const [first, second, ...rest] = text.split(".").map(Number);
  const bytes = [first * 40 + second];
  for (const number of rest) bytes.push(...base128(number));
  return tagged(0x06, Buffer.from(bytes));
}

/** @param {number} number */
function base128(number) {
  const bytes = [number & 0x7f];
  for (let rest = number >> 7; rest > 0; rest >>= 7) bytes.unshift((rest & 0x7f) | 0x80);
  return bytes;
}

/**
 * A UTCTime, which works until 2049.
 * @param {Date} date
 */
export function time(date) {
  const text = date.toISOString().replace(/\D/g, "").slice(2, 14);
  return tagged(0x17, Buffer.from(`${text}Z`));
}

/**
 * A value wrapped in a context-specific tag.
 * @param {number} number
 * @param {Uint8Array} value
 */
export const explicit = (number, value) => tagged(0xa0 | number, value);

/**
 * Bytes under a context-specific tag in place of their own.
 * @param {number} number
 * @param {Uint8Array} bytes
 */
export const implicit = (number, bytes) => tagged(0x80 | number, bytes);
