// Makes calls without a pause, in windows of ten seconds, every fourth of which is without faults, and
// sends the measurements.

import { readdirSync, readlinkSync } from "node:fs";
import { createHistogram } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { Auth0UserSecurityError, Auth0UserSecurityService } from "@archie/auth0-user-security";

const { service: config, user, faultyUser, minutes } = JSON.parse(process.argv[2]);
const CONCURRENCY = 64;
/** Every second request about the faulty user meets a fault. */
const FAULTY_SHARE = 0.08;
const WINDOW_MS = 10_000;
const WARM_UP_WINDOWS = 2;
/** Windows with faults per window without. */
const FAULTY_WINDOWS = 3;

const service = new Auth0UserSecurityService({
  ...config,
  attemptTimeoutMs: 500,
  timeoutMs: 3000,
  retry: { maxDelayMs: 200 },
});
const good = { faulty: createHistogram(), clean: createHistogram() };
const outcomes = {};
const memory = [];
let calls = 0;
let callsBesideFaults = 0;
let rejections = 0;
process.on("unhandledRejection", () => {
  rejections += 1;
});

const METHODS = [
  (who) => service.findUserSessions(who),
  (who) => service.findUserAuthenticationMethods(who),
  (who) => service.getUserSecurityDashboard(who),
  (who) => service.findUserSessions({ id: who }),
];

async function once(kind, isMeasured) {
  const isFaulty = kind === "faulty" && Math.random() < FAULTY_SHARE;
  const method = METHODS[calls % METHODS.length];
  calls += 1;
  if (kind === "faulty") callsBesideFaults += 1;
  const start = performance.now();
  let outcome = "ok";
  try {
    await method(isFaulty ? faultyUser : user);
  } catch (error) {
    outcome = error.code;
    if (!(error instanceof Auth0UserSecurityError)) rejections += 1;
  }
  outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  if (!isFaulty && isMeasured) {
    good[kind].record(Math.max(1, Math.round((performance.now() - start) * 1000)));
  }
}

async function window(kind, isMeasured) {
  const end = performance.now() + WINDOW_MS;
  const caller = async () => {
    while (performance.now() < end) await once(kind, isMeasured);
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, caller));
  globalThis.gc();
  if (isMeasured) memory.push(Math.round((process.memoryUsage.rss() / 2 ** 20) * 10) / 10);
}

function openSockets() {
  const directory = "/proc/self/fd";
  return readdirSync(directory).filter((name) => {
    try {
      return readlinkSync(`${directory}/${name}`).startsWith("socket:");
    } catch {
      return false;
    }
  }).length;
}

const before = openSockets();
for (let i = 0; i < WARM_UP_WINDOWS; i += 1) await window("faulty", false);
const faulty = Math.max(FAULTY_WINDOWS, Math.round((minutes * 60_000) / WINDOW_MS));
const windows = faulty + Math.floor(faulty / FAULTY_WINDOWS);
const isClean = (index) => index % (FAULTY_WINDOWS + 1) === FAULTY_WINDOWS;
for (let i = 0; i < windows; i += 1) await window(isClean(i) ? "clean" : "faulty", true);
await service.close();
// Connections are closed by a thread of the core.
for (let tries = 0; openSockets() > before && tries < 50; tries += 1) await sleep(100);

const figures = (histogram) => [50, 99].map((share) => histogram.percentile(share) / 1000);
process.send(
  {
    calls,
    callsBesideFaults,
    outcomes,
    windows,
    memory,
    rejections,
    sockets: openSockets() - before,
    good: { faulty: figures(good.faulty), clean: figures(good.clean) },
  },
  () => process.disconnect(),
);
