// The same load with every core that the responder does not use.

import { OURS, POOL } from "../contestants/index.mjs";
import { CORES } from "../cores.mjs";
import { inRounds, medianOf, ratioOf } from "../rounds.mjs";
import { table, times } from "../tables.mjs";
import { at, FIGURES } from "./figures.mjs";

const SHOWN = ["cpuPerCall", "mainPerCall", "busy", "perSecond", "p50", "p99"];

/** Undefined on a machine without more than two cores. */
export async function measure(responder) {
  if (!(CORES?.clients.length > 1)) return undefined;
  const results = await inRounds(responder, {
    program: "closed-loop.mjs",
    contestants: [OURS, POOL],
    rounds: 3,
    configOf: () => ({ steps: { "at 64": { concurrency: 64, milliseconds: 1500 } } }),
    cores: CORES.clients,
  });
  return { results, cores: CORES.clients.length };
}

export function report(measured) {
  const title = "## More cores";
  if (!measured) return `${title}\n\nNot measured: the machine has no more than two cores.`;
  const { results, cores } = measured;
  const rows = SHOWN.map((figure) => {
    const pick = at("at 64", figure);
    const { name, show } = FIGURES[figure];
    const medians = [OURS, POOL].map((contestant) => show(medianOf(results[contestant], pick)));
    return [name, ...medians, times(ratioOf(results[OURS], results[POOL], pick))];
  });
  const setting = `64 calls at a time, with ${cores} cores for the client.`;
  return [title, setting, table(["", OURS, POOL, "ratio"], rows)].join("\n\n");
}
