// The faults that the benchmark draws from: those of the fault matrix, and the responses that a proxy, gateway or CDN
// sends in Auth0's place, before the work or after it.

import { FAULTS as OF_THE_MATRIX } from "../../test-support/fault-matrix/faults.mjs";

const STATUSES = [200, 202, 401, 403, 404, 429, 503];
const BODIES = {
  page: "<html><body>Please stand by</body></html>",
  JSON: { message: "Not Found" },
  array: [],
  "OAuth error": { error: "Access denied by policy" },
  "an empty body": "",
};

/** Auth0 accepts with an empty 202: an intermediary that sends one without doing the work cannot be detected. */
const isAcceptance = (status, name) => status === 202 && name === "an empty body";

/** A long Retry-After would delay all operations; the fault matrix covers it. */
const isQuick = ([, { what }]) => !what.headers?.["retry-after"];

/** A pause would delay every operation, since they share a tenant. */
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

/** A gateway whose errors have Auth0's own format. */
const IMITATIONS = {
  "404 in Auth0's format": { status: 404, body: imitation() },
  "404 in Auth0's format, no user": { status: 404, body: imitation("inexistent_user") },
};

function imitation(errorCode) {
  return { statusCode: 404, error: "Not Found", message: "Route not found", errorCode };
}

const ofTheMatrix = Object.fromEntries(
  Object.entries(OF_THE_MATRIX)
    .filter(isQuick)
    .map(([name, { what }]) => [name, name === "429" ? { ...what, headers: AT_ONCE } : what]),
);

/** The faults as the emulator accepts them, by name. */
export const FAULTS = { ...ofTheMatrix, ...intermediaries(), ...IMITATIONS };

/** Under this fault a list is wrong, which only a warning can report. */
export const ABOUT_ANOTHER = "about another";
