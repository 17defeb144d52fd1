// npm run release:build: builds one addon for publishing, into dist/addons.
//
//   npm run release:build                               for this machine
//   npm run release:build -- aarch64-unknown-linux-gnu  for one of the targets in package.json

import { installDependencies } from "../lib/install.mjs";
import { main } from "../lib/process.mjs";
import { hostTriple, requireNode, requireRust } from "../lib/toolchain.mjs";
import { buildPortable } from "./portable.mjs";
import { requireTarget } from "./targets.mjs";

main(([wanted]) => {
  requireNode();
  if (wanted !== undefined) requireTarget(wanted);
  requireRust();
  installDependencies();
  const triple = wanted ?? hostTriple();
  requireTarget(triple);
  buildPortable(triple);
});
