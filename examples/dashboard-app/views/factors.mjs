// Second factors and passkeys. Their names are untrusted text, like all external input.

import {
  factorDetail,
  factorKind,
  factorName,
  hasSecondStep,
  withoutPassword,
} from "../factors.mjs";
import { html } from "../html.mjs";
import { confirm } from "./confirm.mjs";
import { dayOf, relative } from "./dates.mjs";
import { icon } from "./icons.mjs";

/** @param {object[] | undefined} all undefined if the tenant does not allow the list */
export function factorList(all, isWithPassword) {
  return html`<section class="card" aria-labelledby="factors">
        <h2 id="factors">Two-step verification</h2>
        ${all ? rows(withoutPassword(all), isWithPassword) : html`<p class="hint">This application is not allowed to show your second steps.</p>`}
      </section>`;
}

function rows(factors, isWithPassword) {
  if (factors.length === 0) return html`<p class="hint">Nothing is set up for your account.</p>`;
  return html`<p class="hint">If you do not recognize one of these, or have lost it, remove it.</p>
        <ul class="rows">${factors.map((factor, index) => row(factor, index, factors, isWithPassword))}</ul>`;
}

function row(factor, index, factors, isWithPassword) {
  const { type, confirmed, createdAt, enrolledAt = createdAt, lastUsedAt } = factor;
  const detail = factorDetail(factor);
  return html`
          <li>
            ${icon(type)}
            <div class="what">
              <h3>${factorKind(factor)}${!confirmed && html` <span class="badge warning">Not finished</span>`}</h3>
              ${detail && html`<p class="hint">${detail}</p>`}
              <p class="hint facts">${enrolledAt && html`<span>Added ${dayOf(enrolledAt)}</span>`} ${
                lastUsedAt && html`<span>Used ${relative(lastUsedAt)}</span>`
              }</p>
            </div>
            ${remove(factor, `remove-factor-${index}`, { others: factors.toSpliced(index, 1), isWithPassword })}
          </li>`;
}

function remove(factor, elementId, { others, isWithPassword }) {
  const name = factorName(factor);
  const isLast = !hasSecondStep(others);
  return confirm({
    id: elementId,
    open: html`Remove<span class="unseen"> ${name}</span>`,
    style: "risky",
    title: `Remove ${name}?`,
    content: html`<p>${consequence(factor, isLast, isWithPassword)}</p>`,
    label: "Remove",
    action: "/factors/remove",
    // Only a dialog that says what is left allows it.
    fields: { id: factor.id, ...(isLast && { last: "true" }) },
  });
}

function consequence({ confirmed }, isLast, isWithPassword) {
  if (!confirmed) return "Its setup was never finished, so it protects nothing.";
  if (!isLast) return "It will no longer work for signing in.";
  const alone = isWithPassword ? "your password" : "the account that you sign in with";
  return `It will no longer work for signing in. No second step is left after that: ${alone} alone protects this account.`;
}
