// Very many calls in one go.

import { OURS, POOL } from "../contestants/index.mjs";
import { inRounds, medianOf, ratioOf } from "../rounds.mjs";
import { shown, table, times } from "../tables.mjs";

const CALLS = 50_000;
const FIGURES = {
  "Main thread, s": (round) => round.main / 1000,
  "Event loop busy, s": (round) => round.busyTime / 1000,
  "CPU, s": (round) => round.cpu / 1000,
  "Elapsed, s": (round) => round.elapsed / 1000,
  "Peak RSS, MB": (round) => round.peakRss,
};

export function measure(responder) {
  return inRounds(responder, {
    program: "burst.mjs",
    contestants: [OURS, POOL],
    rounds: 3,
    configOf: () => ({ calls: CALLS }),
  });
}

export function report(results) {
  const rows = Object.entries(FIGURES).map(([name, pick]) => [
    name,
    ...[OURS, POOL].map((contestant) => shown(medianOf(results[contestant], pick))),
    times(ratioOf(results[OURS], results[POOL], pick)),
  ]);
  return [
    `## ${shown(CALLS)} calls at once`,
    "The contestants without a limit on connections of their own are not measured here.",
    table(["", OURS, POOL, "ratio"], rows),
    ...[OURS, POOL].flatMap((contestant) => failures(contestant, results[contestant])),
  ].join("\n\n");
}

function failures(contestant, rounds) {
  const failed = rounds.reduce((sum, round) => sum + round.failed, 0);
  return failed > 0 ? [`Failed calls of ${contestant}, in all rounds: ${shown(failed)}.`] : [];
}
