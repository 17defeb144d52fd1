// The layout of all pages.

import { html } from "../html.mjs";

const NAME = "Account security";

/**
 * A message also comes first in the title, which screen readers announce when a page has loaded.
 * @param {{ title?: string, user?: { name: string, email?: string }, flash?: { text: string, isProblem?: boolean },
 *   head?: object, content: object }} page
 */
export function layout({ title, user, flash, head, content }) {
  const page = html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <title>${[flash?.text, title, NAME].filter(Boolean).join(" – ")}</title>
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <link rel="stylesheet" href="/style.css">
    <link rel="stylesheet" href="/account.css">
    <link rel="icon" href="/icon.svg" type="image/svg+xml">
    ${head}
  </head>
  <body>
    <header>
      <a class="brand" href="/"><img src="/icon.svg" alt="" width="28" height="28"><span>${NAME}</span></a>
      ${user && person(user)}
    </header>
    <main>
      ${flash && message(flash)}
      ${content}
    </main>
  </body>
</html>
`;
  return page.toString();
}

const person = ({ name, email }) => html`<div class="person">
        <p>${name}${email && email !== name && html`<span class="hint">${email}</span>`}</p>
        ${form("/sign-out", html`<button class="quiet">Sign out</button>`)}
      </div>`;

/** The role makes screen readers announce the message: `alert` immediately, `status` when idle. */
const message = ({ text, isProblem }) =>
  html`<p class="message${isProblem && " problem"}" role="${isProblem ? "alert" : "status"}">${text}</p>`;

/** A form that consists of one button. */
export const form = (action, button, fields = {}) =>
  html`<form method="post" action="${action}">${Object.entries(fields).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
  )}${button}</form>`;
