import { fork, spawnSync } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/**
 * Measures the start of a tenant, and its requests per second beside a bare Fastify route that sends
 * the same JSON. Not a test, because the figures depend on the machine.
 */
const ROUNDS = 5;
const script = (name) => fileURLToPath(new URL(name, import.meta.url));
const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
const run = (name, ...args) => {
  const { stdout } = spawnSync(process.execPath, [script(name), ...args], { encoding: "utf8" });
  return JSON.parse(stdout);
};

function measureStart() {
  const starts = Array.from({ length: 15 }, () => run("server.js", "--once"));
  for (const key of ["node", "imported", "ready", "firstToken"]) {
    const values = starts.map((start) => start[key]);
    console.log(
      `${key}: median ${median(values).toFixed(0)} ms, worst ${values.at(-1).toFixed(0)} ms`,
    );
  }
}

/** Starts a server in a process of its own, which answers each message with its CPU time. */
async function startServer(name, ...args) {
  const child = fork(script(name), args);
  const [target] = await once(child, "message");
  const cpu = async () => {
    child.send("cpu");
    return (await once(child, "message"))[0];
  };
  return { child, target, cpu };
}

/** Requests per second, and the microseconds of CPU that the server's process spends on each. */
async function measureRound({ target, cpu }) {
  const before = await cpu();
  const { requests, perSecond } = run("load.js", JSON.stringify(target));
  return { perSecond, cpu: ((await cpu()) - before) / requests };
}

async function measureRequests() {
  const tenant = await startServer("server.js");
  const bare = await startServer("bare.js", JSON.stringify(tenant.target));
  const rounds = [];
  for (let round = 0; round <= ROUNDS; round++) {
    rounds.push({ tenant: await measureRound(tenant), bare: await measureRound(bare) });
  }
  // The first round compiles the code of both.
  rounds.shift();
  for (const name of ["tenant", "bare"]) {
    const perSecond = median(rounds.map((round) => round[name].perSecond));
    const cpu = median(rounds.map((round) => round[name].cpu));
    console.log(`${name}: ${perSecond.toFixed(0)} requests/s, ${cpu.toFixed(0)} µs of CPU each`);
  }
  const ratio = (of) => median(rounds.map(of)).toFixed(2);
  console.log(`tenant / bare: requests ${ratio((r) => r.tenant.perSecond / r.bare.perSecond)}`);
  console.log(`bare / tenant: CPU ${ratio((r) => r.bare.cpu / r.tenant.cpu)}`);
  for (const { child } of [tenant, bare]) child.disconnect();
}

measureStart();
await measureRequests();
