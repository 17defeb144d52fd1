import { constants } from "node:http2";
import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { startCursor } from "../management/pages.js";
import { isHttp2 } from "./connection.js";

/** @import { FastifyReply, FastifyRequest } from "fastify" */
/** @import { Fault } from "../../index.js" */
/** @import { Core } from "../core.js" */

const DROP = Symbol("drop");
const KEEP = Symbol("keep");

/** @typedef {(key: string, value: unknown) => unknown} Edit a new value, `DROP` or `KEEP` */

/**
 * Changes the JSON of a response. Any other body is returned as it is.
 * @param {Core} core
 * @param {Fault} what
 * @param {FastifyRequest} request
 * @param {string | Buffer} text
 */
export function changeJson(core, what, request, text) {
  const { missing, nulls, wrongTypes, repeatCursor, change } = what;
  if (typeof text !== "string") return text;
  if (!missing && !nulls && !wrongTypes && !repeatCursor && !change) return text;
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    return text;
  }
  if (missing) value = mapDeep(value, (key) => (missing.includes(key) ? DROP : KEEP));
  if (nulls) value = mapDeep(value, (key) => (nulls.includes(key) ? null : KEEP));
  if (wrongTypes) value = mapDeep(value, wrongType(wrongTypes));
  if (repeatCursor) {
    const { from } = /** @type {{ from?: string }} */ (request.query);
    value.next = from ?? value.next ?? startCursor(core);
  }
  if (change) value = change(value) ?? value;
  return JSON.stringify(value);
}

/**
 * Applies `edit` to every property, wherever it is.
 * @param {any} value
 * @param {Edit} edit
 * @returns {any}
 */
function mapDeep(value, edit) {
  if (Array.isArray(value)) return value.map((item) => mapDeep(item, edit));
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value).flatMap(([key, inner]) => {
    const edited = edit(key, inner);
    if (edited === DROP) return [];
    return [[key, edited === KEEP ? mapDeep(inner, edit) : edited]];
  });
  return Object.fromEntries(entries);
}

/**
 * Turns strings into numbers, numbers into strings and lists into objects, in all fields or in those
 * named.
 * @param {true | string[]} fields
 * @returns {Edit}
 */
function wrongType(fields) {
  return (key, value) => {
    if (fields !== true && !fields.includes(key)) return KEEP;
    if (typeof value === "string") return value.length;
    if (typeof value === "number" || typeof value === "boolean") return String(value);
    if (Array.isArray(value)) return fields === true ? KEEP : { 0: value[0] };
    return fields === true ? KEEP : "object";
  };
}

/** @param {Fault} what */
export const isTruncated = ({ truncate }) => truncate !== undefined && truncate !== false;

/**
 * Changes how the bytes of a response arrive.
 * @param {Fault} what
 * @param {FastifyReply} reply
 * @param {string | Buffer} text
 * @param {{ request: FastifyRequest, signal: AbortSignal }} connection
 */
export function changeBytes(what, reply, text, { request, signal }) {
  const bytes = typeof text === "string" ? Buffer.from(text) : text;
  if (isTruncated(what)) {
    const kept = typeof what.truncate === "number" ? what.truncate : bytes.length >> 1;
    return withLength(reply, bytes, cut(request, bytes.subarray(0, kept)));
  }
  if (what.hang === "body") {
    return withLength(reply, bytes, stall(bytes.subarray(0, bytes.length >> 1)));
  }
  if (what.drip) return withLength(reply, bytes, drip(bytes, what.drip, signal));
  if (what.huge) return Readable.from(padded(bytes, what.huge));
  return text;
}

/**
 * @param {FastifyReply} reply
 * @param {Buffer} bytes
 * @param {AsyncIterable<Buffer>} chunks
 */
function withLength(reply, bytes, chunks) {
  reply.header("content-length", bytes.length);
  return Readable.from(chunks, { objectMode: false });
}

/**
 * Sends less than `content-length` announced, then closes the connection.
 * @param {FastifyRequest} request
 * @param {Buffer} head
 */
async function* cut({ raw }, head) {
  if (head.length > 0) yield head;
  if (isHttp2(raw)) raw.stream.close(constants.NGHTTP2_INTERNAL_ERROR);
  else raw.socket.end();
  await forever();
}

/** @param {Buffer} head */
async function* stall(head) {
  yield head;
  await forever();
}

/**
 * @param {Buffer} bytes
 * @param {NonNullable<Fault["drip"]>} pace
 * @param {AbortSignal} signal
 */
async function* drip(bytes, { bytes: size = 1, every = 10 }, signal) {
  for (let at = 0; at < bytes.length; at += size) {
    yield bytes.subarray(at, at + size);
    await sleep(every, undefined, { signal });
  }
}

/**
 * JSON may end with any amount of white space.
 * @param {Buffer} bytes
 * @param {number} size
 */
function* padded(bytes, size) {
  yield bytes;
  const chunk = Buffer.alloc(65_536, " ");
  for (let sent = bytes.length; sent < size; sent += chunk.length) yield chunk;
}

function forever() {
  return new Promise(() => {});
}
