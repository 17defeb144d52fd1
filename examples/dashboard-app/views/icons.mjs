// Icons of devices and providers, read once from a package. Decorative: the adjacent text has the same information.

import { readFileSync } from "node:fs";
import { html, trusted } from "../html.mjs";

const FILES = {
  Desktop: "laptop",
  Mobile: "phone",
  Tablet: "tablet",
  TV: "tv",
  Bot: "robot",
  "email-password": "envelope",
  "google-oauth2": "google",
  github: "github",
  windowslive: "microsoft",
  apple: "apple",
  facebook: "facebook",
  linkedin: "linkedin",
  samlp: "building",
  sms: "chat-dots",
};
const OTHER = read("question-circle");
const ICONS = new Map(Object.entries(FILES).map(([what, file]) => [what, read(file)]));

function read(name) {
  const file = new URL(import.meta.resolve(`bootstrap-icons/icons/${name}.svg`));
  return trusted(readFileSync(file, "utf8").replace("<svg", '<svg aria-hidden="true"'));
}

/** @param {string} what a kind of device, or a provider */
export const icon = (what) => html`<span class="icon">${ICONS.get(what) ?? OTHER}</span>`;
