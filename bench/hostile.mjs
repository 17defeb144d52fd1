// Measures what responses crafted to be expensive cost a process, and what many concurrent calls cost;
// exits with 1 if a figure is missed. Run `npm run build` first.
//
//   npm run bench:hostile

import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { runMeasurement } from "./processes.mjs";
import { report } from "./report.mjs";

const path = fileURLToPath(new URL("programs/hostile-server.mjs", import.meta.url));
const server = fork(path);
const [domain] = await once(server, "message");
const measure = (what) => runMeasurement("hostile-calls.mjs", { domain, what });

const page = await measure("longPage");
report("peak memory for a page of 500,000 sessions", page.memory, 100, "MB");
report("longest block of the event loop by that page", page.longest, 50, "ms");
console.log(`         ${page.message}`);

const agents = await measure("hostileAgents");
report("two lists of 7,000 hostile user agents, over their deadline", agents.late, 100, "ms");
report(
  "latency of concurrent other calls, 99th percentile, relative",
  agents.beside / agents.alone,
  2,
  "×",
);
console.log(
  `         ${agents.alone.toFixed(2)} ms without the lists, ${agents.beside.toFixed(2)} ms with them`,
);

const many = await measure("manyAtOnce");
report("longest block of the event loop by the results of 512 calls", many, 20, "ms");
console.log(`         by a list of 10,000 sessions: ${await measure("longList")} ms`);
console.log(`         sequential calls took ${await measure("oneByOne")} ms each`);

server.send("connections");
await once(server, "message");
await measure("sockets");
server.send("connections");
const [most] = await once(server, "message");
report("connections of 5,000 calls at once over HTTP/1.1", most, 64);
server.disconnect();
