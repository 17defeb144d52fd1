import { constants } from "node:http2";
import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { startCursor } from "../management/pages.js";

/** Changes what the JSON of an answer says. Anything but JSON passes as it is. */
export function changeJson(core, what, request, text) {
  const { missing, nulls, wrongTypes, repeatCursor, change } = what;
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
  if (repeatCursor) value.next = request.query.from ?? value.next ?? startCursor(core);
  if (change) value = change(value) ?? value;
  return JSON.stringify(value);
}

const DROP = Symbol("drop");
const KEEP = Symbol("keep");

/** Walks every property; `edit` says what becomes of one. */
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

/** Strings become numbers, numbers strings, lists objects; of all fields or of those named. */
function wrongType(fields) {
  return (key, value) => {
    if (fields !== true && !fields.includes(key)) return KEEP;
    if (typeof value === "string") return value.length;
    if (typeof value === "number" || typeof value === "boolean") return String(value);
    if (Array.isArray(value)) return fields === true ? KEEP : { 0: value[0] };
    return fields === true ? KEEP : "object";
  };
}

export const isTruncated = ({ truncate }) => truncate !== undefined && truncate !== false;

/** Changes how the bytes of an answer arrive. */
export function changeBytes(what, reply, text, { request, signal }) {
  const bytes = Buffer.from(text);
  if (isTruncated(what)) {
    const kept = typeof what.truncate === "number" ? what.truncate : bytes.length >> 1;
    return withLength(reply, bytes, cut(request, bytes.subarray(0, kept)));
  }
  if (what.hang === "body")
    return withLength(reply, bytes, stall(bytes.subarray(0, bytes.length >> 1)));
  if (what.drip) return withLength(reply, bytes, drip(bytes, what.drip, signal));
  if (what.huge) return Readable.from(padded(bytes, what.huge));
  return text;
}

function withLength(reply, bytes, chunks) {
  reply.header("content-length", bytes.length);
  return Readable.from(chunks, { objectMode: false });
}

/** Promises more than it sends, then closes. */
async function* cut({ raw }, head) {
  if (head.length > 0) yield head;
  if (raw.stream) raw.stream.close(constants.NGHTTP2_INTERNAL_ERROR);
  else raw.socket.end();
  await forever();
}

async function* stall(head) {
  yield head;
  await forever();
}

async function* drip(bytes, { bytes: size = 1, every = 10 }, signal) {
  for (let at = 0; at < bytes.length; at += size) {
    yield bytes.subarray(at, at + size);
    await sleep(every, undefined, { signal });
  }
}

/** JSON may end in any amount of white space. */
function* padded(bytes, size) {
  yield bytes;
  const chunk = Buffer.alloc(65_536, " ");
  for (let sent = bytes.length; sent < size; sent += chunk.length) yield chunk;
}

function forever() {
  return new Promise(() => {});
}
