import { ApiError } from "../errors.js";

const CURSOR_LIFETIME = 24 * 3_600_000;

/**
 * Checkpoint pagination. A cursor names the last row seen, so rows deleted in between neither
 * repeat nor skip others.
 */
export function checkpointPage(core, rows, { from, take = 50 }, sortKey = newestFirst) {
  const size = Math.min(take, core.quirks.maxPageSize);
  const sorted = rows
    .map((row) => ({ row, key: sortKey(row) }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  const after = from === undefined ? undefined : readCursor(core, from);
  const start = after === undefined ? 0 : firstAfter(sorted, after);
  const page = sorted.slice(start, start + size);
  const complete = start + size >= sorted.length;
  const emitsNext = page.length > 0 && (!complete || core.quirks.trailingCursor);
  return {
    items: page.map(({ row }) => row),
    ...(emitsNext && { next: writeCursor(core, page.at(-1).key) }),
  };
}

function firstAfter(sorted, key) {
  const index = sorted.findIndex((entry) => entry.key > key);
  return index === -1 ? sorted.length : index;
}

/** Descending time as an ascending string, the id breaking ties. */
function newestFirst(row) {
  const time = Number.MAX_SAFE_INTEGER - Date.parse(row.created_at ?? 0);
  return `${String(time).padStart(16, "0")} ${row.id}`;
}

function writeCursor(core, key) {
  return Buffer.from(JSON.stringify([key, core.clock.now()])).toString("base64url");
}

/** A cursor that begins at the beginning. */
export function startCursor(core) {
  return writeCursor(core, "");
}

function readCursor(core, cursor) {
  try {
    const [key, issued] = JSON.parse(Buffer.from(cursor, "base64url"));
    if (typeof key === "string" && core.clock.now() - issued < CURSOR_LIFETIME) return key;
  } catch {
    // Falls through: a cursor that cannot be read is as bad as one that expired.
  }
  throw new ApiError(400, "Invalid checkpoint");
}

/** Offset pagination: an array, or an object with totals. */
export function offsetPage(rows, { page = 0, per_page = 50, include_totals }, name) {
  const start = page * per_page;
  const items = rows.slice(start, start + per_page);
  if (!include_totals) return items;
  return { start, limit: per_page, length: items.length, total: rows.length, [name]: items };
}

export function refuseBeyondThousand({ page = 0, per_page = 50 }) {
  if ((page + 1) * per_page > 1000) {
    throw new ApiError(400, "You can only page through the first 1000 records.");
  }
}
