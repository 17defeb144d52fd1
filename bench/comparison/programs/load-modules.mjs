// Milliseconds that loading some packages takes, with `require` or `import`.

import { createRequire } from "node:module";

const { modules, how } = JSON.parse(process.argv[2]);
const require = createRequire(import.meta.url);
const load = { require: async (name) => require(name), import: (name) => import(name) }[how];

const began = performance.now();
for (const name of modules) await load(name);
process.send({ took: performance.now() - began }, () => process.exit());
