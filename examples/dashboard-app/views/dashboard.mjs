// The dashboard page: sessions, sign-in methods, password.

import { html } from "../html.mjs";
import { layout } from "./layout.mjs";
import { methodList } from "./methods.mjs";
import { sessionList } from "./sessions.mjs";

export function dashboardPage({ user, sessions, methods, flash }) {
  return layout({
    user,
    flash,
    content: html`<h1>Your account</h1>
      ${sessionList(sessions)}
      ${methodList(methods)}`,
  });
}
