import { createHash } from "node:crypto";

/**
 * The picture of a new user: that of the email at Gravatar, or else the initials of the name.
 * @param {string} email
 * @param {string} [name]
 */
export function avatar(email, name = email) {
  const hash = createHash("md5").update(email.toLowerCase()).digest("hex");
  const fallback = `https://cdn.auth0.com/avatars/${initials(name)}.png`;
  return `https://s.gravatar.com/avatar/${hash}?s=480&r=pg&d=${encodeURIComponent(fallback)}`;
}

/**
 * Two letters: of the first and second word, or of the only one.
 * @param {string} name
 */
function initials(name) {
  const [first, second] = name.toLowerCase().match(/[a-z0-9]+/g) ?? ["a0"];
  return second && !name.includes("@") ? first[0] + second[0] : first.slice(0, 2);
}
