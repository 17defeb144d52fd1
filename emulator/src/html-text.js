/** @type {Record<string, string>} */
const ENTITIES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const CHARACTERS = Object.fromEntries(Object.entries(ENTITIES).map(([a, b]) => [b, a]));

/**
 * Escapes text for HTML, attributes included.
 * @param {unknown} text
 */
export function escapeHtml(text) {
  return String(text).replace(/[&<>"']/g, (character) => ENTITIES[character]);
}

/** @param {string} text */
export function unescapeHtml(text) {
  return text.replace(/&(amp|lt|gt|quot|#39);/g, (entity) => CHARACTERS[entity]);
}
