// Where a user is signed in. User agents are untrusted text, like all external input.

import { html } from "../html.mjs";
import { deviceName, placeName } from "../names.mjs";
import { confirm } from "./confirm.mjs";
import { dayOf, exact, relative } from "./dates.mjs";
import { icon } from "./icons.mjs";

export function sessionList(sessions) {
  const own = sessions.filter(({ current }) => current);
  const others = sessions.filter(({ current }) => !current);
  return html`<section class="card" aria-labelledby="sessions">
        <h2 id="sessions">Where you are signed in</h2>
        <p class="hint">If you do not recognize one of these, sign it out and change your password.</p>
        <ul class="rows">${[...own, ...others].map(sessionRow)}</ul>
        ${others.length > 0 && signOutOthers(others.length)}
      </section>`;
}

function sessionRow(session, index) {
  const { actor, device, current, createdAt, lastActivityAt } = session;
  const active = lastActivityAt ? `Active ${relative(lastActivityAt)}` : "Last use unknown";
  return html`
          <li>
            ${icon(device)}
            <div class="what">
              <h3>${deviceName(session)}${current && html` <span class="badge">This session</span>`}</h3>
              <p class="hint">${placeName(session)}</p>
              ${actor && html`<p class="hint">Opened on your behalf by ${actor.sub}</p>`}
              <p class="hint facts"><span>Signed in ${dayOf(createdAt)}</span> <span>${active}</span></p>
            </div>
            ${!current && signOut(session, `sign-out-${index}`, active)}
          </li>`;
}

/** Two sessions may look alike, so the accessible name also includes place and date. */
function signOut(session, id, active) {
  const { id: sessionId, browser, os, address, createdAt } = session;
  const name = deviceName(session);
  const place = placeName(session);
  return confirm({
    id,
    open: html`Sign out<span class="unseen"> ${name}, ${place}, signed in ${exact(createdAt)}</span>`,
    title: `Sign out ${name}?`,
    content: html`<dl class="details">
                <dt>Browser</dt><dd>${browser}</dd>
                <dt>System</dt><dd>${os}</dd>
                <dt>Place</dt><dd>${place}</dd>
                <dt>Address</dt><dd>${address}</dd>
                <dt>Signed in</dt><dd>${exact(createdAt)}</dd>
                <dt>Last use</dt><dd>${active}</dd>
              </dl>`,
    label: "Sign out",
    action: "/sessions/sign-out",
    fields: { id: sessionId },
  });
}

function signOutOthers(count) {
  const others = count === 1 ? "the other session" : `all ${count} other sessions`;
  return html`<div class="apart">
          <p class="hint">Ends ${others}. You stay signed in here.</p>
          ${confirm({
            id: "sign-out-others",
            open: "Sign out all others",
            style: "risky",
            title: `Sign out ${others}?`,
            content: html`<p>You stay signed in here, and have to sign in again everywhere else.</p>`,
            label: "Sign out all others",
            action: "/sessions/sign-out-others",
          })}
        </div>`;
}
