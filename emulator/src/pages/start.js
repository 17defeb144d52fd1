import { escapeHtml } from "../html-text.js";
import { page, sendPage } from "./html.js";

/** @import { Core } from "../core.js" */
/** @import { Context } from "../http.js" */
/** @import { User } from "../store/model.js" */

const MOST_PEOPLE = 50;
const MOST_EMAILS = 10;

/**
 * GET /: what somebody who opens the tenant's address needs to know. It has no secret of an
 * application, because any program on this machine can read it.
 * @param {Context} context
 */
export function showStart({ core, reply }) {
  const content =
    "<p>This is an emulated Auth0 tenant, for tests and demos: whoever opens this page sees its passwords.</p>" +
    section("People", people(core)) +
    section("Emails", emails(core));
  const aside = section("Settings", settings(core)) + section("Applications", applications(core));
  reply.header(
    "content-security-policy",
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
  );
  return sendPage(reply, 200, page("Tenant emulator", content, `<aside>${aside}</aside>`));
}

/**
 * @param {string} title
 * @param {string} content
 */
const section = (title, content) => `<h2>${title}</h2>${content}`;

/**
 * @param {string} term
 * @param {string[]} lines
 */
const entry = (term, lines) =>
  `<dt>${escapeHtml(term)}</dt>${lines.map((line) => `<dd>${escapeHtml(line)}</dd>`).join("")}`;

/**
 * @param {string[]} entries
 * @param {string} [otherwise]
 */
const list = (entries, otherwise = "None.") =>
  entries.length === 0 ? `<p>${otherwise}</p>` : `<dl>${entries.join("")}</dl>`;

/** @param {Core} core */
function settings({ origin, options, audience, issuer, clock }) {
  const values = {
    AUTH0_DOMAIN: origin.replace(/^https:\/\//, ""),
    AUTH0_CLIENT_ID: options.clientId,
    AUTH0_AUDIENCE: audience,
    Issuer: issuer,
    "Time in the tenant": clock.iso(),
  };
  return list(Object.entries(values).map(([name, value]) => entry(name, [value])));
}

/** @param {Core} core */
function applications({ store }) {
  return list(
    store.clients
      .values()
      .map(({ name, client_id: id, callbacks }) =>
        entry(name, [id, ...callbacks.map((url) => `Callback: ${url}`)]),
      ),
  );
}

/** @param {Core} core */
function people({ store }) {
  const users = store.users.values();
  const shown = users.slice(0, MOST_PEOPLE).map((user) => {
    const name = user.name ?? user.email ?? user.user_id;
    return entry(name, [user.user_id, ...howToSignIn(user, store.passwords)]);
  });
  const more = users.length - shown.length;
  return list(shown) + (more > 0 ? `<p>And ${more} more.</p>` : "");
}

/**
 * @param {User} user
 * @param {Map<string, string>} passwords
 */
function howToSignIn(user, passwords) {
  const ways = user.identities.map(({ provider, connection, user_id: id, profileData }) => {
    const { email, username, phone_number: phone } = profileData ?? user;
    const password = passwords.get(`${provider}|${id}`);
    const name = email ?? username ?? phone ?? "no name to type";
    return `${connection}: ${name}${password === undefined ? "" : `, password ${password}`}`;
  });
  return user.blocked ? [...ways, "Blocked by an administrator"] : ways;
}

/** @param {Core} core */
function emails({ store }) {
  const latest = store.emails.values().slice(-MOST_EMAILS).reverse();
  const shown = latest.map(
    ({ to, template, link }) =>
      `<dt>${escapeHtml(`${template} to ${to}`)}</dt><dd><a href="${escapeHtml(link)}">Open its link</a></dd>`,
  );
  return list(shown, "None was sent.");
}
