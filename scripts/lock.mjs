// npm run lock: completes every package-lock.json, so that `npm ci` accepts it on every platform and verifies
// every package against its hash.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { lockfiles } from "./lib/install.mjs";
import { addHashes, addPlatforms, removeHosts } from "./lib/lock-file.mjs";
import { Failure, main, npmOutput, root } from "./lib/process.mjs";

main(() => {
  for (const file of lockfiles()) complete(file);
});

function complete(file) {
  const lock = JSON.parse(readFileSync(join(root, file), "utf8"));
  const platforms = addPlatforms(lock);
  const hashes = addHashes(lock, publishedHash);
  removeHosts(lock);
  writeFileSync(join(root, file), `${JSON.stringify(lock, null, 2)}\n`);
  console.log(`${file}: added ${platforms} packages for other platforms, and ${hashes} hashes.`);
}

function publishedHash(id) {
  const hash = npmOutput(["view", id, "dist.integrity"])?.trim();
  if (/^sha512-\S+$/.test(hash)) return hash;
  throw new Failure(`The registry did not return the hash of ${id}; run \`npm view ${id}\`.`);
}
