import { ApiError } from "../errors.js";

/** @import { Core } from "../core.js" */

const CURSOR_LIFETIME = 24 * 3_600_000;

/**
 * Checkpoint pagination. A cursor names the last row seen, so rows that were deleted in the meantime
 * cause neither repeated nor skipped rows.
 * @template {{ id: string, created_at: unknown }} Row
 * @param {Core} core
 * @param {Row[]} rows
 * @param {{ from?: string, take?: number }} query
 * @param {(row: Row) => string} [sortKey]
 */
export function checkpointPage(core, rows, { from, take = 50 }, sortKey = newestFirst) {
  const size = Math.min(take, core.quirks.maxPageSize);
  const sorted = rows
    .map((row) => ({ row, key: sortKey(row) }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  const after = from === undefined ? undefined : readCursor(core, from);
  const start = after === undefined ? 0 : firstAfter(sorted, after);
  const page = sorted.slice(start, start + size);
  const last = page.at(-1);
  const isComplete = start + size >= sorted.length;
  const hasNext = last && (!isComplete || core.quirks.trailingCursor);
  return {
    items: page.map(({ row }) => row),
    ...(hasNext && { next: writeCursor(core, last.key) }),
  };
}

/**
 * @param {{ key: string }[]} sorted
 * @param {string} key
 */
function firstAfter(sorted, key) {
  const index = sorted.findIndex((entry) => entry.key > key);
  return index === -1 ? sorted.length : index;
}

/**
 * Descending time as an ascending string; the id breaks ties.
 * @param {{ id: string, created_at: unknown }} row
 */
function newestFirst({ id, created_at: created }) {
  const time = Number.MAX_SAFE_INTEGER - Date.parse(String(created ?? 0));
  return `${String(time).padStart(16, "0")} ${id}`;
}

/**
 * @param {Core} core
 * @param {string} key
 */
function writeCursor(core, key) {
  return Buffer.from(JSON.stringify([key, core.clock.now()])).toString("base64url");
}

/**
 * A cursor to the first page.
 * @param {Core} core
 */
export function startCursor(core) {
  return writeCursor(core, "");
}

/**
 * @param {Core} core
 * @param {string} cursor
 * @returns {string}
 */
function readCursor(core, cursor) {
  try {
    const [key, issued] = JSON.parse(Buffer.from(cursor, "base64url").toString());
    if (typeof key === "string" && core.clock.now() - issued < CURSOR_LIFETIME) return key;
  } catch {
    // A malformed cursor gets the same error as an expired one.
  }
  throw new ApiError(400, "Invalid checkpoint");
}

/**
 * Offset pagination: an array, or an object with totals if the query asks for them.
 * @template Row
 * @param {Row[]} rows
 * @param {{ page?: number, per_page?: number, include_totals?: boolean }} query
 * @param {string} name of the rows in the object
 */
export function offsetPage(rows, { page = 0, per_page = 50, include_totals }, name) {
  const start = page * per_page;
  const items = rows.slice(start, start + per_page);
  if (!include_totals) return items;
  return { start, limit: per_page, length: items.length, total: rows.length, [name]: items };
}

/**
 * The same without `length`, which the lists of some resources do not have.
 * @template Row
 * @param {Row[]} rows
 * @param {{ page?: number, per_page?: number, include_totals?: boolean }} query
 * @param {string} name of the rows in the object
 */
export function offsetPageWithoutLength(rows, query, name) {
  const page = offsetPage(rows, query, name);
  if (Array.isArray(page)) return page;
  const { length: _length, ...rest } = page;
  return rest;
}

/** @param {{ page?: number, per_page?: number }} query */
export function refuseBeyondThousand({ page = 0, per_page = 50 }) {
  if ((page + 1) * per_page > 1000) {
    throw new ApiError(400, "You can only page through the first 1000 records.");
  }
}
