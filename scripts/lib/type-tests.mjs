// Compiles the type tests with the supported versions of TypeScript, under every module resolution that each of them has.

import { join } from "node:path";
import { installDependencies } from "./install.mjs";
import { Failure, root, run } from "./process.mjs";

const FOLDER = "tests/types";
const NEW = ["node16", "nodenext", "bundler"];
/** Of TypeScript 4 and older. Version 6 warns of it, and version 7 does not have it. */
const OLD = "node10";

/** The oldest supported version, and the last of each major one. */
const VERSIONS = [
  { compiler: join(FOLDER, "node_modules/typescript-5.4"), resolutions: [...NEW, OLD] },
  { compiler: join(FOLDER, "node_modules/typescript-5.9"), resolutions: [...NEW, OLD] },
  {
    compiler: join(FOLDER, "node_modules/typescript-6.0"),
    resolutions: [...NEW, OLD],
    options: ["--ignoreDeprecations", "6.0"],
  },
  { compiler: "node_modules/typescript", resolutions: NEW },
];

export function checkTypes() {
  installDependencies(FOLDER);
  for (const version of VERSIONS) {
    for (const resolution of version.resolutions) check(version, resolution);
  }
}

function check({ compiler, options = [] }, resolution) {
  const project = join(FOLDER, `tsconfig.${resolution}.json`);
  const tsc = join(root, compiler, "bin/tsc");
  try {
    run(process.execPath, [tsc, "--project", project, ...options]);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw new Failure(`The types do not compile with ${compiler} and ${project}; see above.`);
  }
}
