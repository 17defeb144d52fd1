import { ApiError } from "./errors.js";

/**
 * Parses a body as JSON or as a form, whichever its content type says.
 * @param {string | undefined} text
 * @param {string | undefined} contentType
 * @returns {unknown} `undefined` when there is no body
 */
export function parseBody(text, contentType) {
  if (!text) return undefined;
  const type = (contentType ?? "").split(";")[0].trim().toLowerCase();
  if (type === "application/x-www-form-urlencoded") return parseForm(text);
  if (type !== "" && !/^application\/(.+\+)?json$/.test(type)) {
    throw new ApiError(415, "Unsupported Media Type");
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiError(400, "Invalid request payload JSON format");
  }
}

/**
 * A repeated name becomes an array, as in a query.
 * @param {string} text
 * @returns {Record<string, string | string[]>}
 */
export function parseForm(text) {
  const form = Object.create(null);
  for (const [name, value] of new URLSearchParams(text)) {
    form[name] = Object.hasOwn(form, name) ? [form[name], value].flat() : value;
  }
  return form;
}
