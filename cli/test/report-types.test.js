import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const typescript = dirname(createRequire(import.meta.url).resolve("typescript/package.json"));

// The writer runs in Node.js and the page in a browser, so that each has its own types.
for (const folder of ["report", "report/page"]) {
  test(`the sources in ${folder} pass the type checker`, async () => {
    const project = fileURLToPath(new URL(`../src/${folder}`, import.meta.url));
    await promisify(execFile)(process.execPath, [join(typescript, "bin/tsc"), "-p", project]);
  });
}
