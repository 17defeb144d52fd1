// An icon for each kind of device. Decorative: the adjacent text has the same information.

import { html } from "../html.mjs";

const SHAPES = {
  Desktop: html`<rect x="3" y="4" width="18" height="12" rx="2"/><path d="M8 20h8M12 16v4"/>`,
  Mobile: html`<rect x="7" y="2" width="10" height="20" rx="2"/><path d="M11 18h2"/>`,
  Tablet: html`<rect x="4" y="3" width="16" height="18" rx="2"/><path d="M11 17h2"/>`,
  Bot: html`<rect x="4" y="8" width="16" height="11" rx="2"/><path d="M12 8V4M9 13v1M15 13v1"/>`,
};
const OTHER = html`<circle cx="12" cy="12" r="9"/><path d="M9.5 9.5a2.5 2.5 0 1 1 2.5 3v1M12 16.5v.5"/>`;

export const icon = (device) =>
  html`<svg viewBox="0 0 24 24" width="24" height="24" aria-hidden="true">${SHAPES[device] ?? OTHER}</svg>`;
