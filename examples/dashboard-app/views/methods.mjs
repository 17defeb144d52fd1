// How a user can sign in: connected accounts, accounts that can be connected, and the password.

import { html } from "../html.mjs";
import { hasPassword, methodName } from "../names.mjs";
import { PROVIDERS, providerName } from "../providers.mjs";
import { confirm } from "./confirm.mjs";
import { icon } from "./icons.mjs";
import { form } from "./layout.mjs";

export function methodList(methods) {
  const connected = new Set(methods.map(({ provider }) => provider));
  const others = [...PROVIDERS].filter(([provider]) => !connected.has(provider));
  return html`<section class="card" aria-labelledby="methods">
        <h2 id="methods">How you sign in</h2>
        <ul class="rows">${methods.map((method, index) => methodRow(method, index, methods.length))}</ul>
        ${others.length > 0 && connections(others)}
      </section>
      ${passwordCard(hasPassword(methods))}`;
}

function methodRow(method, index, count) {
  const { provider, username, isPrimary } = method;
  // The service would refuse to disconnect these, so the page shows no button.
  const isRemovable = !isPrimary && count > 1;
  return html`
          <li>
            ${icon(provider)}
            <div class="what">
              <h3>${providerName(provider)}${isPrimary && html` <span class="badge">Main account</span>`}</h3>
              <p class="hint">${username}</p>
            </div>
            ${isRemovable && disconnect(method, `disconnect-${index}`)}
          </li>`;
}

function disconnect(method, elementId) {
  const { id, provider, username } = method;
  return confirm({
    id: elementId,
    open: html`Disconnect<span class="unseen"> ${providerName(provider)}, ${username}</span>`,
    title: `Disconnect ${methodName(method)}?`,
    content: html`<p>You will no longer be able to sign in with it.</p>`,
    label: "Disconnect",
    action: "/accounts/disconnect",
    fields: { id, provider },
  });
}

const connections = (others) => html`<div class="apart">
          <p class="hint">Connect another account to sign in with it too.</p>
          <div class="providers">${others.map(connectButton)}</div>
        </div>`;

function connectButton([provider, name]) {
  const label = html`<button class="quiet">${icon(provider)}<span class="unseen">Connect </span>${name}</button>`;
  return form("/accounts/connect", label, { provider });
}

function passwordCard(isThere) {
  const text = isThere
    ? html`<p class="hint">You will choose a new one on a page of the sign-in service, and then be signed out
          everywhere, including here.</p>${form("/password", html`<button>Change password</button>`)}`
    : html`<p class="hint">You sign in without a password, so there is none to change.</p>`;
  return html`<section class="card" aria-labelledby="password">
        <h2 id="password">Password</h2>
        ${text}
      </section>`;
}
