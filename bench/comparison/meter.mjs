// What work costs this process: time, processor time, and how long its event loop kept timers waiting.

import { readFileSync } from "node:fs";
import { monitorEventLoopDelay, performance } from "node:perf_hooks";

/** Starts to measure. The result ends it and returns the figures, times in milliseconds. */
export function startMeter() {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const start = performance.now();
  const cpu = process.cpuUsage();
  const main = mainThreadTime();
  const loop = performance.eventLoopUtilization();
  return () => {
    const elapsed = performance.now() - start;
    const { user, system } = process.cpuUsage(cpu);
    const busy = performance.eventLoopUtilization(loop);
    delay.disable();
    return {
      elapsed,
      cpu: (user + system) / 1000,
      main: main === undefined ? busy.active : mainThreadTime() - main,
      busy: busy.utilization,
      loopDelayP99: delay.percentile(99) / 1e6,
      rss: process.memoryUsage.rss() / 2 ** 20,
      peakRss: process.resourceUsage().maxRSS / 1024,
    };
  };
}

/** Processor time of the main thread, where the system tells; otherwise the time in which its loop is busy stands in. */
export function mainThreadTime() {
  if (process.threadCpuUsage) {
    const { user, system } = process.threadCpuUsage();
    return (user + system) / 1000;
  }
  if (process.platform !== "linux") return undefined;
  return Number(readFileSync("/proc/self/schedstat", "latin1").split(" ")[0]) / 1e6;
}
