// The figures of closed-loop steps, in the order of reports: what each is called, and how it is shown.

import { percent, shown } from "../tables.mjs";

export const FIGURES = {
  cpuPerCall: { name: "CPU, µs per call", show: shown },
  mainPerCall: { name: "Main thread, µs per call", show: shown },
  busy: { name: "Event loop busy", show: percent },
  loopDelayP99: { name: "Event-loop delay p99, ms", show: shown },
  perSecond: { name: "Calls per second", show: shown },
  p50: { name: "p50, ms", show: shown },
  p99: { name: "p99, ms", show: shown },
  rss: { name: "RSS, MB", show: shown },
  responderShare: { name: "Responder busy", show: percent },
};

/** Picks a figure from a step of a round. */
export const at = (step, figure) => (round) => round[step][figure];
