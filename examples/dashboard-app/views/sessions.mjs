// Where a user is signed in. User agents are untrusted text, like all external input.

import { html } from "../html.mjs";
import { icon } from "./icons.mjs";
import { form } from "./layout.mjs";

export function sessionList(sessions) {
  const own = sessions.filter(({ current }) => current);
  const others = sessions.filter(({ current }) => !current);
  return html`<section class="card" aria-labelledby="sessions">
        <h2 id="sessions">Where you are signed in</h2>
        <p class="hint">If you do not recognize one of these, sign it out and change your password.</p>
        <ul class="rows">${[...own, ...others].map(sessionRow)}</ul>
        ${others.length > 0 && form("/sessions/sign-out-others", html`<button>Sign out all others</button>`)}
      </section>`;
}

function sessionRow(session) {
  const { id, device, current, lastActivityAt } = session;
  const name = nameOf(session);
  const active = lastActivityAt ? `active ${relative(lastActivityAt)}` : "last use unknown";
  // Two sessions may look alike, so the accessible name also includes the last activity.
  const button = html`<button class="quiet">Sign out<span class="unseen"> ${name}, ${active}</span></button>`;
  return html`
          <li>
            ${icon(device)}
            <div>
              <h3>${name}${current && html` <span class="badge">This session</span>`}</h3>
              <p class="hint">${placeOf(session)} · ${active}</p>
            </div>
            ${!current && form("/sessions/sign-out", button, { id })}
          </li>`;
}

/** "Chrome on Windows": versions do not help users to recognize a device. */
function nameOf({ browser, os }) {
  const known = [browser, os].filter((name) => name !== "Unknown").map(withoutVersion);
  return known.join(" on ") || "Unknown device";
}

const withoutVersion = (name) => name.replace(/ [\d.]+$/, "");

function placeOf({ address, city, country }) {
  const place = [city, country].filter(Boolean).join(", ");
  const network = address === "Unknown" ? "Unknown address" : address;
  return place ? `${place} (${network})` : network;
}

const UNITS = [
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
];
const words = new Intl.RelativeTimeFormat("en", { numeric: "auto" });

/** The server does not know the user's time zone, and "3 hours ago" needs none. */
function relative(date) {
  const seconds = (Date.now() - date) / 1000;
  const [unit, size] = UNITS.find(([, length]) => seconds >= length) ?? [];
  return unit ? words.format(-Math.floor(seconds / size), unit) : "just now";
}
