/** As much of DER as an X.509 certificate takes. Every function returns the bytes of one value. */

export function tagged(tag, ...contents) {
  const body = Buffer.concat(contents.flat());
  return Buffer.concat([Buffer.from([tag]), lengthOf(body.length), body]);
}

function lengthOf(length) {
  if (length < 0x80) return Buffer.from([length]);
  const bytes = [];
  for (let rest = length; rest > 0; rest >>= 8) bytes.unshift(rest & 0xff);
  return Buffer.from([0x80 | bytes.length, ...bytes]);
}

export const sequence = (...items) => tagged(0x30, ...items);
export const set = (...items) => tagged(0x31, ...items);
export const utf8 = (text) => tagged(0x0c, Buffer.from(text));
export const octets = (bytes) => tagged(0x04, bytes);
export const bits = (bytes, unused = 0) => tagged(0x03, Buffer.from([unused]), bytes);
export const boolean = (value) => tagged(0x01, Buffer.from([value ? 0xff : 0]));
export const none = () => tagged(0x05, Buffer.alloc(0));

/** A whole number given as its bytes; a leading bit must not look like a sign. */
export function integer(bytes) {
  return tagged(0x02, bytes[0] & 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes);
}

export function oid(text) {
  const [first, second, ...rest] = text.split(".").map(Number);
  const bytes = [first * 40 + second];
  for (const number of rest) bytes.push(...base128(number));
  return tagged(0x06, Buffer.from(bytes));
}

function base128(number) {
  const bytes = [number & 0x7f];
  for (let rest = number >> 7; rest > 0; rest >>= 7) bytes.unshift((rest & 0x7f) | 0x80);
  return bytes;
}

/** UTCTime, good until 2049. */
export function time(date) {
  const text = date.toISOString().replace(/\D/g, "").slice(2, 14);
  return tagged(0x17, Buffer.from(`${text}Z`));
}

/** `[number]` around a value, or in its place. */
export const explicit = (number, value) => tagged(0xa0 | number, value);
export const implicit = (number, bytes) => tagged(0x80 | number, bytes);
