// What work costs this process: time, processor time, memory, and how long its event loop kept timers waiting.

import { readFileSync } from "node:fs";
import { monitorEventLoopDelay, performance } from "node:perf_hooks";

const MEGABYTE = 2 ** 20;

/**
 * Starts to measure. The result ends it and returns the figures: times in milliseconds, memory in MB, shares of the
 * elapsed time.
 * @param {number} [responder] the responder's process
 */
export function startMeter(responder) {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const start = performance.now();
  const cpu = process.cpuUsage();
  const [main, remote] = [mainThreadTime(), threadTime(responder)];
  const loop = performance.eventLoopUtilization();
  return () => {
    const elapsed = performance.now() - start;
    const { user, system } = process.cpuUsage(cpu);
    const { active, utilization } = performance.eventLoopUtilization(loop);
    delay.disable();
    return {
      elapsed,
      cpu: (user + system) / 1000,
      main: main === undefined ? active : mainThreadTime() - main,
      busy: utilization,
      loopDelayP99: delay.percentile(99) / 1e6,
      rss: process.memoryUsage.rss() / MEGABYTE,
      peakRss: process.resourceUsage().maxRSS / 1024,
      responderShare: remote === undefined ? undefined : (threadTime(responder) - remote) / elapsed,
    };
  };
}

/** Processor time of the main thread; undefined if the system does not show it, and the busy time stands in. */
function mainThreadTime() {
  if (!process.threadCpuUsage) return threadTime("self");
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

/** Processor time of the first thread of a process, which Linux shows in nanoseconds. */
function threadTime(process) {
  try {
    return Number(readFileSync(`/proc/${process}/schedstat`, "latin1").split(" ")[0]) / 1e6;
  } catch {
    return undefined;
  }
}
