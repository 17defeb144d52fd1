import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

test("the sources and the declarations pass the type checker", async () => {
  const root = dirname(createRequire(import.meta.url).resolve("typescript/package.json"));
  const project = fileURLToPath(new URL("..", import.meta.url));
  await promisify(execFile)(process.execPath, [join(root, "bin/tsc"), "-p", project]);
});
