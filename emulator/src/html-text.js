const ENTITIES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const CHARACTERS = Object.fromEntries(Object.entries(ENTITIES).map(([a, b]) => [b, a]));

/** Text made safe for HTML, attributes included. */
export function escapeHtml(text) {
  return String(text).replace(/[&<>"']/g, (character) => ENTITIES[character]);
}

export function unescapeHtml(text) {
  return text.replace(/&(amp|lt|gt|quot|#39);/g, (entity) => CHARACTERS[entity]);
}
