// The Redis of a benchmark: a real server behind a relay that delays each response.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { createInterface } from "node:readline";
import { freePort } from "../test-support/redis.mjs";

/** `relay.delay` can be changed while it runs. */
export async function startSlowRedis() {
  const port = await freePort();
  const words = ["--bind", "127.0.0.1", "--port", `${port}`, "--save", ""];
  const redis = spawn("redis-server", words, { stdio: ["ignore", "pipe", "inherit"] });
  await once(redis, "spawn").catch(() => {
    throw new Error("This benchmark needs redis-server: install Redis.");
  });
  for await (const line of createInterface(redis.stdout)) {
    if (line.includes("Ready to accept connections")) break;
  }
  redis.stdout.resume();
  const relay = { delay: 0 };
  const server = createServer({ noDelay: true }, (near) => {
    const far = connect({ port, host: "127.0.0.1", noDelay: true }).on("error", () => {});
    near
      .on("error", () => {})
      .pipe(far)
      .on("close", () => near.destroy());
    far.on("data", (data) => {
      if (relay.delay === 0) near.write(data);
      else setTimeout(() => near.write(data), relay.delay);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return Object.assign(relay, {
    url: `redis://127.0.0.1:${server.address().port}`,
    async stop() {
      redis.kill();
      await once(redis, "exit");
      server.close();
    },
  });
}
