// Icons of devices, providers, factors and apps, read once from a package. Decorative: the adjacent text has the same
// information.

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
  totp: "123",
  push: "bell",
  guardian: "shield-check",
  phone: "telephone",
  email: "envelope",
  "email-verification": "envelope",
  passkey: "key",
  "webauthn-roaming": "usb-drive",
  "webauthn-platform": "fingerprint",
  "recovery-code": "life-preserver",
  app: "grid",
};
const OTHER = read("question-circle");
const ICONS = new Map(Object.entries(FILES).map(([what, file]) => [what, read(file)]));

function read(name) {
  const file = new URL(import.meta.resolve(`bootstrap-icons/icons/${name}.svg`));
  return trusted(readFileSync(file, "utf8").replace("<svg", '<svg aria-hidden="true"'));
}

/** @param {string} what a kind of device, a provider, a type of factor, or `app` */
export const icon = (what) => html`<span class="icon">${ICONS.get(what) ?? OTHER}</span>`;
