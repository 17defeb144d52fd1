// How a user can log in: connected accounts, accounts that can be connected, and the password.

import { html } from "../html.mjs";
import { PROVIDERS } from "../providers.mjs";
import { form } from "./layout.mjs";

const PASSWORD = "email-password";

export function methodList(methods) {
  const connected = new Set(methods.map(({ provider }) => provider));
  const others = [...PROVIDERS].filter(([provider]) => !connected.has(provider));
  return html`<section class="card" aria-labelledby="methods">
        <h2 id="methods">How you log in</h2>
        <p class="hint">Connect an account of yours to log in with it as well.</p>
        <ul class="rows">
          ${methods.map((method) => methodRow(method, methods.length))}
          ${others.map(providerRow)}
        </ul>
      </section>
      ${passwordCard(connected.has(PASSWORD))}`;
}

function methodRow({ id, provider, username, isPrimary }, count) {
  const name = provider === PASSWORD ? "Email and password" : (PROVIDERS.get(provider) ?? provider);
  const button = html`<button class="quiet">Disconnect<span class="unseen"> ${name}, ${username}</span></button>`;
  // The service would refuse to disconnect these, so the page shows no button.
  const isRemovable = !isPrimary && count > 1;
  return html`
          <li>
            <div>
              <h3>${name}${isPrimary && html` <span class="badge">Main account</span>`}</h3>
              <p class="hint">${username}</p>
            </div>
            ${isRemovable && form("/accounts/disconnect", button, { id, provider })}
          </li>`;
}

function providerRow([provider, name]) {
  const button = html`<button class="quiet">Connect<span class="unseen"> ${name}</span></button>`;
  return html`
          <li>
            <div><h3>${name}</h3><p class="hint">Not connected</p></div>
            ${form("/accounts/connect", button, { provider })}
          </li>`;
}

function passwordCard(hasPassword) {
  const text = hasPassword
    ? html`<p class="hint">You choose a new one on a page of the login service. After that you are signed
          out everywhere.</p>${form("/password", html`<button>Change password</button>`)}`
    : html`<p class="hint">You log in without a password, so there is none to change.</p>`;
  return html`<section class="card" aria-labelledby="password">
        <h2 id="password">Password</h2>
        ${text}
      </section>`;
}
