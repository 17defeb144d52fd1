// What the entries of the matrix are made of: which request is faulted, and what the tenant shows.

import { isCodeExchange } from "../signing.mjs";

export const isTokenRequest = (request) =>
  request.url === "/oauth/token" && !isCodeExchange(request);
export const operation = (id) => (request) => request.operation === id;

export const ids = (rows) => rows.map(({ id }) => id).sort();

/** How many of several signs of an effect are there: "none", "part" or "done". */
export function extent(...signs) {
  if (signs.every(Boolean)) return "done";
  return signs.some(Boolean) ? "part" : "none";
}

/** Entries of the tenant's log: one for each time that the work was done. */
export function timesDone(tenant, entry) {
  return tenant.logs().filter(({ type, description }) => [type, description].includes(entry))
    .length;
}
