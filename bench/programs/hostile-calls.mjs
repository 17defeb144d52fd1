// What hostile responses cost: each measurement in a separate process, which sends its result.

import { readFileSync } from "node:fs";
import { Auth0UserSecurityService } from "@archie/auth0-user-security";
import { longestBlock } from "../longest-block.mjs";

const { domain, what } = JSON.parse(process.argv[2]);
const config = { domain, clientId: "client", clientSecret: "secret", retry: { maxAttempts: 1 } };
const service = new Auth0UserSecurityService(config, { warn() {}, error() {} });
const find = (name, options) => service.findUserSessions(`auth0|${name}`, options);

/** Megabytes of memory now, and the most since the process began. */
function memory() {
  const status = readFileSync("/proc/self/status", "utf8");
  const of = (name) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)[1]) / 1024;
  return { now: of("VmRSS"), most: of("VmHWM") };
}

/** The 99th percentile of the milliseconds of small calls, sequential in each of four loops. */
async function latency(until) {
  const times = [];
  const row = async () => {
    while (!until()) {
      const begun = performance.now();
      await find("five");
      times.push(performance.now() - begun);
    }
  };
  await Promise.all([row(), row(), row(), row()]);
  return times.sort((a, b) => a - b)[Math.floor(times.length * 0.99)];
}

const MEASUREMENTS = {
  async longPage() {
    await find("five");
    const { now } = memory();
    let message;
    const longest = await longestBlock(async () => {
      message = await find("many").then(
        (list) => `${list.length} sessions`,
        (error) => error.message,
      );
    });
    return { memory: memory().most - now, longest, message };
  },

  async hostileAgents() {
    const timeoutMs = 2000;
    const since = performance.now();
    const alone = await latency(() => performance.now() > since + 2000);
    let isOver = false;
    let latest = 0;
    const hostile = [1, 2].map(async () => {
      const begun = performance.now();
      await find("agents", { timeoutMs }).catch(() => {});
      latest = Math.max(latest, performance.now() - begun - timeoutMs);
    });
    const others = latency(() => isOver);
    await Promise.all(hostile);
    isOver = true;
    return { late: latest, alone, beside: await others };
  },

  /** Starting the calls is the work of the program: only their results are measured. */
  async manyAtOnce() {
    const start = () => Array.from({ length: 512 }, () => find("five"));
    await Promise.all(start());
    const blocks = [];
    for (let round = 0; round < 21; round += 1) {
      const calls = start();
      await new Promise((resolve) => setImmediate(resolve));
      blocks.push(await longestBlock(() => Promise.all(calls)));
    }
    return blocks.sort((a, b) => a - b)[10];
  },

  /** The longest possible list. */
  async longList() {
    await find("five");
    let found;
    const longest = await longestBlock(async () => {
      found = await find("long");
    });
    if (found.length !== 10_000) throw new Error(`The list has ${found.length} sessions.`);
    return longest;
  },

  async oneByOne() {
    for (let i = 0; i < 200; i += 1) await find("five");
    const begun = performance.now();
    for (let i = 0; i < 2000; i += 1) await find("five");
    return (performance.now() - begun) / 2000;
  },

  async sockets() {
    await Promise.allSettled(Array.from({ length: 5000 }, () => find("five")));
    return 0;
  },
};

process.send(await MEASUREMENTS[what](), () => process.disconnect());
