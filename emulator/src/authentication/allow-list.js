/**
 * Whether a URL is in an allow-list. Entries match byte for byte, except that one `*` in the
 * left-most label of the host stands for exactly one label or a part of it. An entry with a `*` is a
 * pattern only: it does not allow itself.
 * @param {string[]} allowed
 * @param {string} url
 */
export function isAllowedRedirect(allowed, url) {
  return allowed.some((entry) => (isPattern(entry) ? matchesWildcard(entry, url) : entry === url));
}

/**
 * The first entry of an allow-list that is a URL, not a pattern.
 * @param {string[]} allowed
 */
export const firstUrl = (allowed) => allowed.find((entry) => !isPattern(entry));

/** @param {string} entry */
const isPattern = (entry) => entry.includes("*");

/**
 * @param {string} entry
 * @param {string} url
 */
function matchesWildcard(entry, url) {
  const [, scheme, label, rest] = /^(https?:\/\/)([^/.:*]*\*[^/.:*]*)(\..+)$/.exec(entry) ?? [];
  if (!scheme || !url.startsWith(scheme) || !url.endsWith(rest)) return false;
  const [prefix, suffix] = label.split("*");
  const host = url.slice(scheme.length, url.length - rest.length);
  return (
    host.length > prefix.length + suffix.length &&
    host.startsWith(prefix) &&
    host.endsWith(suffix) &&
    /^[A-Za-z0-9-]+$/.test(host)
  );
}
