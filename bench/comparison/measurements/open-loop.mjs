// Calls at fixed rates: those of the tiers of Auth0's private cloud.

import { OURS, POOL } from "../contestants/index.mjs";
import { inRounds, medianOf, ratioOf } from "../rounds.mjs";
import { percent, shown, table, times } from "../tables.mjs";

const CONTESTANTS = [OURS, "auth0", POOL, "undici, HTTP/2"];
const RATES = [500, 2000, 5000];
const FIGURES = {
  Served: [(figures) => figures.served, percent],
  "Event loop busy": [(figures) => figures.busy, percent],
  "Main thread": [(figures) => figures.mainShare, percent],
  "p50, ms": [(figures) => figures.p50, shown],
  "p99, ms": [(figures) => figures.p99, shown],
};
const COLUMNS = ["Calls", ...Object.keys(FIGURES), `Main thread, to ${POOL}`];

const TEXT = `Calls begin at the rates that the tiers of Auth0's private cloud permit, whether or not earlier ones have ended. A call is
served if its result is there within a second of when it was due; the latencies are of those that were. *Event loop busy*
includes the time in which the loop waited for a core; *Main thread* is its processor time alone.`;

export function measure(responder) {
  return inRounds(responder, {
    program: "open-loop.mjs",
    contestants: CONTESTANTS,
    rounds: 3,
    configOf: () => ({ rates: RATES, milliseconds: 2000 }),
  });
}

export function report(results) {
  const rows = RATES.flatMap((rate) =>
    CONTESTANTS.map((name) => [
      `${shown(rate)}/s: ${name}`,
      ...cells(results[name], rate),
      times(ratioOf(results[name], results[POOL], (round) => round[rate].mainShare)),
    ]),
  );
  return ["## At a fixed rate", TEXT, table(COLUMNS, rows)].join("\n\n");
}

function cells(rounds, rate) {
  return Object.values(FIGURES).map(([pick, show]) =>
    show(medianOf(rounds, (round) => pick(round[rate]))),
  );
}
