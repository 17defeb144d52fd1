// Apps that stay signed in to a user's account, and the devices on which the user signed in to them.

import { html } from "../html.mjs";
import { sessionName } from "../names.mjs";
import { confirm } from "./confirm.mjs";
import { dayOf, relative } from "./dates.mjs";
import { icon } from "./icons.mjs";

/** More than these would hide the next app. */
const MOST_DEVICES = 3;

/** @param {object[] | undefined} applications undefined if the tenant does not allow the list */
export function applicationList(applications) {
  return html`<section class="card" aria-labelledby="applications">
        <h2 id="applications">Apps with access</h2>
        ${applications ? rows(applications) : html`<p class="hint">This application is not allowed to show your apps.</p>`}
      </section>`;
}

function rows(applications) {
  if (applications.length === 0) {
    return html`<p class="hint">No app stays signed in to your account.</p>`;
  }
  return html`<p class="hint">These stay signed in to your account. Remove those that you do not use.</p>
        <ul class="rows">${applications.map(row)}</ul>`;
}

function row(application, index) {
  const { clientId, name, isOwn, devices } = application;
  const more = devices.length - MOST_DEVICES;
  // Signing out is how to leave this one; an app without an id cannot be named in a request.
  const isRemovable = !isOwn && clientId !== "";
  return html`
          <li>
            ${icon("app")}
            <div class="what">
              <h3>${name}${isOwn && html` <span class="badge">This app</span>`}</h3>
              <ul class="devices">${devices.slice(0, MOST_DEVICES).map(deviceRow)}</ul>
              ${more > 0 && html`<p class="hint">and ${more} more</p>`}
            </div>
            ${isRemovable && remove(application, `remove-app-${index}`)}
          </li>`;
}

function deviceRow(device) {
  const { createdAt, lastUsedAt } = device;
  const facts = html`<p class="hint facts">${
    createdAt && html`<span>Signed in ${dayOf(createdAt)}</span>`
  } ${lastUsedAt && html`<span>Active ${relative(lastUsedAt)}</span>`}</p>`;
  return html`
                <li class="hint">${sessionName(device)}${facts}</li>`;
}

function remove({ clientId, name, devices }, id) {
  const places = devices.length === 1 ? "1 device" : `${devices.length} devices`;
  return confirm({
    id,
    open: html`Remove<span class="unseen"> access of ${name}</span>`,
    title: `Remove access of ${name}?`,
    content: html`<p>You will have to sign in to it again, on ${places}.</p>`,
    label: "Remove access",
    action: "/applications/remove",
    fields: { clientId },
  });
}
