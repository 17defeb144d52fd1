// Applications that a test starts in separate processes and calls over HTTP.

import { spawn } from "node:child_process";
import { EventEmitter, once } from "node:events";

/**
 * Runs `node ...args` and resolves once it prints where it listens. It is killed when the test ends.
 * `printed` waits for a line, `stop` sends a signal and resolves to how it ended.
 */
export async function startApplication(t, args, { cwd, env }) {
  const child = spawn(process.execPath, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  const closed = once(child, "close");
  t.after(() => {
    child.kill("SIGKILL");
    return closed;
  });
  const printed = printedBy(child);
  const [url] = await printed(/http:\/\/127\.0\.0\.1:\d+/);
  const stop = (signal) => {
    child.kill(signal);
    return closed;
  };
  return { url, printed, stop };
}

/** A function that waits for a pattern in the output, and fails when that ends without it. */
function printedBy(child) {
  const changes = new EventEmitter();
  let output = "";
  let hasEnded = false;
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text) => {
      output += text;
      changes.emit("change");
    });
  }
  child.on("close", () => {
    hasEnded = true;
    changes.emit("change");
  });
  return async (pattern) => {
    for (;;) {
      const found = pattern.exec(output);
      if (found) return found;
      if (hasEnded) throw new Error(`It ended without ${pattern}: ${output}`);
      await once(changes, "change");
    }
  };
}

/** The environment in which an application finds a tenant and the user who is signed in. */
export function environmentFor({ domain, clientId, clientSecret }, login) {
  return {
    ...process.env,
    NO_COLOR: "1",
    AUTH0_DOMAIN: domain,
    AUTH0_CLIENT_ID: clientId,
    AUTH0_CLIENT_SECRET: clientSecret,
    STAND_IN_SUB: login?.sub ?? "",
    STAND_IN_SID: login?.sid ?? "",
  };
}
