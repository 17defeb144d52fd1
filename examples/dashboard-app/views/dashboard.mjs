// The dashboard page: one section for each list of the account.

import { html } from "../html.mjs";
import { hasPassword } from "../names.mjs";
import { applicationList } from "./applications.mjs";
import { factorList } from "./factors.mjs";
import { layout } from "./layout.mjs";
import { methodList } from "./methods.mjs";
import { sessionList } from "./sessions.mjs";

export function dashboardPage({ user, sessions, methods, factors, applications, flash }) {
  return layout({
    user,
    flash,
    content: html`<h1>Your account</h1>
      ${sessionList(sessions)}
      ${methodList(methods)}
      ${factorList(factors, hasPassword(methods))}
      ${applicationList(applications)}`,
  });
}
