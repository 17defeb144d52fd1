// The comparison: runs its measurements, and reports them.

import { measure, startResponder } from "./processes.mjs";
import { median, ratio } from "./statistics.mjs";

const NAMES = ["ours", "undici Pool"];
const responder = await startResponder();
const rounds = Object.fromEntries(NAMES.map((name) => [name, []]));
for (let round = 0; round < 3; round += 1) {
  for (const contestant of NAMES) {
    const config = { contestant, concurrency: 64, milliseconds: 2500 };
    rounds[contestant].push(await measure("closed-loop.mjs", config, responder));
  }
}
await responder.stop();
const figures = Object.keys(rounds.ours[0]);
const of = (name, figure) => rounds[name].map((round) => round[figure]);
const rows = figures.map((figure) => [
  figure,
  {
    ...Object.fromEntries(NAMES.map((name) => [name, +median(of(name, figure)).toPrecision(4)])),
    ratio: +ratio(of("ours", figure), of("undici Pool", figure)).toFixed(3),
  },
]);
console.table(Object.fromEntries(rows));
