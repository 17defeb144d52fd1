// The faults that the benchmark draws from: those of the fault matrix, and the responses that a proxy, gateway or CDN
// sends in Auth0's place, before the work or after it.

import { FAULTS as OF_THE_MATRIX } from "../../test-support/fault-matrix/faults.mjs";

const STATUSES = [200, 202, 401, 403, 404, 429, 503];
const BODIES = {
  page: "<html><body>Please stand by</body></html>",
  JSON: { message: "Not Found" },
  array: [],
  "OAuth error": { error: "Access denied by policy" },
  "nothing in it": "",
};

/** Auth0 accepts with an empty 202: whoever says so without doing it cannot be found out. */
const isAcceptance = (status, name) => status === 202 && name === "nothing in it";

/** A long Retry-After would delay all operations; the fault matrix covers it. */
const isQuick = ([, { what }]) => !what.headers?.["retry-after"];

/** A pause would hold up every operation, since they share a tenant. */
const AT_ONCE = { "retry-after": "0" };

function intermediaries() {
  const responses = STATUSES.flatMap((status) =>
    Object.entries(BODIES)
      .filter(([name]) => !isAcceptance(status, name))
      .flatMap(([name, body]) => [
        [`${status} with ${name}, before`, { status, body }],
        [`${status} with ${name}, after`, { status, body, commit: true }],
      ]),
  );
  return Object.fromEntries(responses);
}

/** A gateway whose refusals have the form of Auth0's own. */
const IMITATIONS = {
  "404 in Auth0's form": { status: 404, body: imitation() },
  "404 in Auth0's form, no user": { status: 404, body: imitation("inexistent_user") },
};

function imitation(errorCode) {
  return { statusCode: 404, error: "Not Found", message: "Route not found", errorCode };
}

const ofTheMatrix = Object.fromEntries(
  Object.entries(OF_THE_MATRIX)
    .filter(isQuick)
    .map(([name, { what }]) => [name, name === "429" ? { ...what, headers: AT_ONCE } : what]),
);

/** What the emulator takes, by name. */
export const FAULTS = { ...ofTheMatrix, ...intermediaries(), ...IMITATIONS };

/** With this one a list is a lie, which only a warning can say. */
export const ABOUT_ANOTHER = "about another";
