// A project in which the code of the original package's README compiles and runs.

import { mkdirSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { consumer } from "./consumer.mjs";
import { originalModules } from "./original-modules.mjs";

const require = createRequire(import.meta.url);

/** The packages that its framework examples use. */
const FRAMEWORKS = ["@nestjs/common", "@types/express", "express"];

/** The examples read `error.message`. The bulk ones fill lists and objects that are created empty. */
const COMPILER_OPTIONS = {
  useUnknownInCatchVariables: false,
  noImplicitAny: false,
  experimentalDecorators: true,
  emitDecoratorMetadata: true,
  skipLibCheck: true,
};
const BULK = "bulk.ts";

/** All blocks under the loosest rules, or with `isStrict` all except the bulk examples under `strict`. */
export function originalProject(t, { isStrict = false } = {}) {
  const sources = originalModules();
  if (isStrict) delete sources[BULK];
  const project = consumer(t, sources, { ...COMPILER_OPTIONS, strict: isStrict });
  for (const name of FRAMEWORKS) {
    const link = join(project.directory, "node_modules", name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(dirname(require.resolve(`${name}/package.json`)), link, "junction");
  }
  return project;
}
