// Device, browser and system from a user agent, with ua-parser-js and a cache, as a careful user would.

import { UAParser } from "ua-parser-js";

/** As many as the addon remembers. */
const MAX_CACHED = 4096;
const KINDS = { mobile: "Mobile", tablet: "Tablet", smarttv: "TV" };
const UNKNOWN = { device: "Unknown", browser: "Unknown", os: "Unknown" };

const cache = new Map();
const parser = new UAParser();

export function agentOf(text) {
  if (!text) return UNKNOWN;
  const known = cache.get(text);
  if (known) return known;
  if (cache.size >= MAX_CACHED) cache.clear();
  const agent = parseAgent(text);
  cache.set(text, agent);
  return agent;
}

export function parseAgent(text) {
  parser.setUA(text);
  const { type } = parser.getDevice();
  return {
    device: type === undefined ? "Desktop" : (KINDS[type] ?? "Unknown"),
    browser: named(parser.getBrowser()),
    os: named(parser.getOS()),
  };
}

function named({ name, version }) {
  if (!name) return "Unknown";
  return version ? `${name} ${version}` : name;
}
