import { ApiError } from "../errors.js";

/**
 * Metadata of sessions and refresh tokens has its own limits, and its own error message.
 * @param {Record<string, unknown> | null | undefined} metadata
 */
export function checkMetadata(metadata) {
  const entries = Object.entries(metadata ?? {});
  const fits =
    entries.length <= 25 &&
    entries.every(
      ([key, value]) =>
        /^[A-Za-z0-9_-]{1,255}$/.test(key) && typeof value === "string" && value.length <= 255,
    );
  if (fits) return;
  throw new ApiError(
    400,
    "Metadata must not exceed 25 entries. Each key and value must be ≤ 255 characters.",
    { bare: true },
  );
}
