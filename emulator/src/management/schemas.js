/** @import { Schema } from "./operation.js" */

/** Parts of request schemas that several resources share. */

/** @returns {Schema} */
export const userIdParam = (name = "id") => ({
  type: "object",
  properties: { [name]: { type: "string", format: "user-id" } },
});

/**
 * @param {Schema["properties"]} [properties]
 * @param {string[]} [required]
 * @returns {Schema}
 */
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

/**
 * @param {Schema["properties"]} [properties]
 * @returns {Schema}
 */
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

/** The page size of lists that reject an empty page. */
export const PAGE_SIZE = { type: "integer", minimum: 1, maximum: 100 };

export const CONNECTION_ID = { type: "string", pattern: "^con_[A-Za-z0-9]{16}$" };
