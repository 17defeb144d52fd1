// A package registry on loopback: Verdaccio, for the duration of an action. Packages that are not
// published here come from the registry that npm is configured with.

import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { npmOutput } from "../lib/process.mjs";

/**
 * @param {string} directory for its storage
 * @param {(url: string) => Promise<void>} action
 */
export async function withRegistry(directory, action) {
  const { runServer } = await import("verdaccio");
  const server = await runServer(configuration(directory));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    await action(`http://127.0.0.1:${server.address().port}/`);
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

function configuration(directory) {
  mkdirSync(directory, { recursive: true });
  const file = join(directory, "config.yaml");
  writeFileSync(file, "");
  return {
    configPath: file,
    self_path: file,
    storage: join(directory, "storage"),
    uplinks: { upstream: { url: npmOutput(["config", "get", "registry"]).trim() } },
    packages: {
      "@archie/*": { access: ["$all"], publish: ["$all"] },
      "**": { access: ["$all"], proxy: ["upstream"] },
    },
    max_body_size: "50mb",
    log: { type: "stdout", format: "pretty", level: "fatal" },
  };
}
