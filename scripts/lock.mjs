// npm run lock: names the packages for other platforms in every package-lock.json.
//
// npm leaves them out where it cannot load them, and `npm ci` then refuses the lock file on every
// platform. What is needed stands in the lock file already: their names and exact versions, as the
// optional dependencies of a locked package; and a name tells the platform.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { lockfiles } from "./lib/install.mjs";
import { root } from "./lib/process.mjs";

const SYSTEMS = [
  "aix",
  "android",
  "darwin",
  "freebsd",
  "linux",
  "netbsd",
  "openbsd",
  "sunos",
  "win32",
];
const PROCESSORS = [
  "arm",
  "arm64",
  "ia32",
  "loong64",
  "ppc64",
  "riscv64",
  "s390x",
  "wasm32",
  "x64",
];
const LIBRARIES = { gnu: "glibc", gnueabihf: "glibc", musl: "musl" };

for (const file of lockfiles()) complete(file);

function complete(file) {
  const lock = JSON.parse(readFileSync(join(root, file), "utf8"));
  const missing = Object.values(lock.packages).flatMap((entry) => missingPlatforms(lock, entry));
  for (const [path, entry] of missing) lock.packages[path] = entry;
  lock.packages = Object.fromEntries(
    Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, "en")),
  );
  writeFileSync(join(root, file), `${JSON.stringify(lock, null, 2)}\n`);
  console.log(`${missing.length} packages for other platforms were added to ${file}.`);
}

function missingPlatforms(lock, { optionalDependencies = {}, dev }) {
  return Object.entries(optionalDependencies)
    .filter(([name]) => !lock.packages[`node_modules/${name}`])
    .map(([name, version]) => [`node_modules/${name}`, entryOf(name, version, dev)]);
}

/** In npm's order of keys. */
function entryOf(name, version, dev) {
  const words = name.split("/").pop().split("-");
  const named = (known) => words.filter((word) => known.includes(word));
  const cpu = named(PROCESSORS);
  const os = named(SYSTEMS);
  const libc = named(Object.keys(LIBRARIES)).map((library) => LIBRARIES[library]);
  return {
    version,
    ...(cpu.length && { cpu }),
    ...(dev && { dev }),
    ...(libc.length && { libc }),
    optional: true,
    ...(os.length && { os }),
  };
}
