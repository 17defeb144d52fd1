// The client side of the benchmark's tenants, which run in a separate process.

import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const PROGRAM = fileURLToPath(new URL("../programs/faulty-tenant.mjs", import.meta.url));

/** `ask` sends a request to the tenants; `leaves` is called with the key of an operation that its caller must abort. */
export async function startTenants({ leaves, failed }) {
  const child = fork(PROGRAM);
  const [{ configs }] = await once(child, "message");
  const asked = new Map();
  child.on("message", ({ id, response, leaves: key }) => {
    if (key !== undefined) return leaves(key);
    asked.get(id)(response);
    asked.delete(id);
  });
  child.on("exit", (code) => code && failed(`the tenants ended with ${code}`));
  let count = 0;
  const ask = (what, given) =>
    new Promise((resolve) => {
      const id = count++;
      asked.set(id, resolve);
      child.send({ id, ask: what, ...given });
    });
  return { configs, ask, stop: () => child.disconnect() };
}
