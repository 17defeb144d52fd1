// Applications that a test starts in a process of their own, and talks to by HTTP.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/**
 * Runs `node ...args`, and resolves once it printed where it listens. It is killed with the test.
 * @returns {Promise<{ url: string, output: () => string, stop: (signal: string) => Promise<[number | null, string | null]> }>}
 */
export async function startApplication(t, args, { cwd, env }) {
  const child = spawn(process.execPath, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  const exited = once(child, "exit");
  t.after(() => {
    child.kill("SIGKILL");
    return exited;
  });
  let output = "";
  child.stderr.on("data", (text) => {
    output += text;
  });
  const url = await new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).on("line", (line) => {
      output += `${line}\n`;
      const [address] = /http:\/\/127\.0\.0\.1:\d+/.exec(line) ?? [];
      if (address) resolve(address);
    });
    exited.then(() => reject(new Error(`It ended before it listened: ${output}`)));
  });
  const stop = (signal) => {
    child.kill(signal);
    return exited;
  };
  return { url, output: () => output, stop };
}

/** What an application reads from its environment to reach a tenant, and who is signed in. */
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
