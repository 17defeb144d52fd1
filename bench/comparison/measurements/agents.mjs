// What user agents cost.

import { OURS, POOL } from "../contestants/index.mjs";
import { inRounds, medianOf, ratioOf } from "../rounds.mjs";
import { shown, table, times } from "../tables.mjs";

const FIGURES = {
  "New user agent, µs": (round) => round.newAgent,
  "Known user agent, ns": (round) => round.knownAgent,
  "First list of a process, ms": (round) => round.firstList,
};
const TEXT = `Measured through lists of sessions. *New*: processor time for user agents that the process has not seen, beyond that for
the same lists once they are known. *Known*: processor time for lists with known user agents, beyond that for lists without
any, which includes decoding their text. *First list*: five new user agents, on an open connection.`;

export function measure(responder) {
  return inRounds(responder, {
    program: "agents.mjs",
    contestants: [OURS, POOL],
    rounds: 3,
    configOf: () => ({}),
  });
}

export function report(results) {
  const rows = Object.entries(FIGURES).map(([name, pick]) => [
    name,
    ...[OURS, POOL].map((contestant) => shown(medianOf(results[contestant], pick))),
    times(ratioOf(results[OURS], results[POOL], pick)),
  ]);
  return [
    "## User agents",
    TEXT,
    table(["", OURS, `${POOL} with ua-parser-js`, "ratio"], rows),
  ].join("\n\n");
}
