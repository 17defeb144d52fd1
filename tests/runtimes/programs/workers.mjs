// Threads that are terminated with calls in flight, then threads that end by themselves.
import { once } from "node:events";
import { Worker } from "node:worker_threads";

const workerData = JSON.parse(process.env.INPUT);
const start = () => new Worker(new URL("./worker.cjs", import.meta.url), { workerData });

for (const event of ["message", "online"]) {
  for (let i = 0; i < 20; i += 1) {
    const worker = start();
    await once(worker, event);
    await worker.terminate();
  }
}
const ended = await Promise.all([start(), start()].map((worker) => once(worker, "exit")));
console.log(JSON.stringify(ended));
