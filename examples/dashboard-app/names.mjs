// What sessions, sign-in methods and apps are called, on the page and in messages.

import { PASSWORD, providerName } from "./providers.mjs";

/** "Chrome on Windows": versions do not help users to recognize a device. */
export function deviceName({ browser, os }) {
  const known = [browser, os].filter((name) => name !== "Unknown").map(withoutVersion);
  return known.join(" on ") || "Unknown device";
}

const withoutVersion = (name) => name.replace(/ [\d.]+$/, "");

/** "London, United Kingdom", or the address if its place is not known. */
export function placeName({ address, city, country }) {
  const place = [city, country].filter(Boolean).join(", ");
  const isKnown = address && address !== "Unknown";
  return place || (isKnown ? address : "Unknown place");
}

export const sessionName = (session) => `${deviceName(session)} (${placeName(session)})`;

/** "GitHub (octo-ada)", because a user can have several accounts of one provider. */
export const methodName = ({ provider, username }) => `${providerName(provider)} (${username})`;

/** Whether two entries are the same sign-in method. */
export const isSame = (one, other) => one.id === other.id && one.provider === other.provider;

export const hasPassword = (methods) => methods.some(({ provider }) => provider === PASSWORD);

/** Auth0 lists apps by their ids only. @param {Map<string, string>} names those that the settings name */
export const applicationName = (clientId, names) =>
  names.get(clientId) ?? (clientId || "Unknown app");
