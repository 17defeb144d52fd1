import { fork, spawnSync } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/**
 * Measures start time and requests per second of one process on one core. Not a test, because the
 * figures depend on the machine.
 */
const server = fileURLToPath(new URL("server.js", import.meta.url));
const load = fileURLToPath(new URL("load.js", import.meta.url));

const starts = Array.from({ length: 10 }, () => {
  const { stdout } = spawnSync(process.execPath, [server, "--once"], { encoding: "utf8" });
  return JSON.parse(stdout);
});
for (const key of ["imported", "ready", "firstToken"]) {
  const sorted = starts.map((start) => start[key]).sort((a, b) => a - b);
  console.log(`${key}: median ${sorted[5].toFixed(0)} ms, worst ${sorted[9].toFixed(0)} ms`);
}

const child = fork(server);
const [target] = await once(child, "message");
const { stdout } = spawnSync(process.execPath, [load, JSON.stringify(target)], {
  encoding: "utf8",
});
console.log(stdout.trim());
child.disconnect();
