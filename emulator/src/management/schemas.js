/** Pieces of request schemas that several resources share. */
export const userIdParam = (name = "id") => ({
  type: "object",
  properties: { [name]: { type: "string", format: "user-id" } },
});

export const checkpointQuery = (properties = {}, required = []) => ({
  type: "object",
  additionalProperties: false,
  required,
  properties: {
    from: { type: "string", minLength: 1 },
    take: { type: "integer", minimum: 1, maximum: 100 },
    ...properties,
  },
});

export const offsetQuery = (properties = {}) => ({
  type: "object",
  additionalProperties: false,
  properties: {
    page: { type: "integer", minimum: 0 },
    per_page: { type: "integer", minimum: 0, maximum: 100 },
    include_totals: { type: "boolean" },
    ...properties,
  },
});

export const CONNECTION_ID = { type: "string", pattern: "^con_[A-Za-z0-9]{16}$" };

/** 25 string entries, keys and values of up to 255 characters; Auth0 words a breach in its own way. */
export function metadataFits(metadata) {
  const entries = Object.entries(metadata ?? {});
  return (
    entries.length <= 25 &&
    entries.every(
      ([key, value]) =>
        /^[A-Za-z0-9_-]{1,255}$/.test(key) && typeof value === "string" && value.length <= 255,
    )
  );
}
