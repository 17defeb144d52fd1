// Adds what npm omits from a package-lock.json: packages for other platforms, and their hashes.
//
// Where npm cannot load such packages it omits them, and `npm ci` then rejects the lock file on every
// platform. The lock file already has what is needed: their names and exact versions, as optional
// dependencies of a locked package; and each name says which platform it is for.

import { Failure } from "./process.mjs";

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

/** @returns {number} how many packages were missing */
export function addPlatforms(lock) {
  const missing = Object.values(lock.packages).flatMap((entry) => missingPlatforms(lock, entry));
  for (const [path, entry] of missing) lock.packages[path] = entry;
  lock.packages = Object.fromEntries(
    Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, "en")),
  );
  return missing.length;
}

/**
 * @param {(id: string) => string} hashOf the hash of a package by its name and version
 * @returns {number} how many hashes were missing
 */
export function addHashes(lock, hashOf) {
  const paths = pathsWithoutHash(lock);
  for (const path of paths) {
    const { name = path.split("node_modules/").at(-1), version, ...others } = lock.packages[path];
    const integrity = hashOf(`${name}@${version}`);
    const alias = lock.packages[path].name && { name };
    lock.packages[path] = { ...alias, version, integrity, ...others };
  }
  return paths.length;
}

/** The paths of packages that npm would install unchecked. Folders of the repository have no hash. */
export function pathsWithoutHash({ packages }) {
  const linked = Object.values(packages).flatMap(({ link, resolved }) => (link ? resolved : []));
  return Object.keys(packages).filter(
    (path) => path && !linked.includes(path) && !isChecked(packages[path]),
  );
}

/** What a package bundles is part of its own hash. */
const isChecked = ({ link, inBundle, integrity }) => link || inBundle || integrity;

/** Everyone installs from the registry that they have configured. */
export function removeHosts({ packages }) {
  for (const entry of Object.values(packages)) {
    if (/^https?:/.test(entry.resolved)) delete entry.resolved;
  }
}

function missingPlatforms(lock, { optionalDependencies = {}, dev }) {
  return Object.entries(optionalDependencies)
    .filter(([name]) => !lock.packages[`node_modules/${name}`])
    .map(([name, wanted]) => [`node_modules/${name}`, entryOf(name, wanted, dev)]);
}

/** In npm's order of keys. */
function entryOf(key, wanted, dev) {
  const { name, version } = parse(key, wanted);
  const words = name.split("/").pop().split("-");
  const named = (known) => words.filter((word) => known.includes(word));
  const cpu = named(PROCESSORS);
  const os = named(SYSTEMS);
  const libc = named(Object.keys(LIBRARIES)).map((library) => LIBRARIES[library]);
  return {
    ...(name !== key && { name }),
    version,
    ...(cpu.length && { cpu }),
    ...(dev && { dev }),
    ...(libc.length && { libc }),
    optional: true,
    ...(os.length && { os }),
  };
}

/** The package that an alias such as `npm:esbuild@0.28.2` stands for. */
function parse(key, wanted) {
  const [, name = key, version] = /^(?:npm:(.+)@)?(\d+\.\d+\.\d+\S*)$/.exec(wanted) ?? [];
  if (version) return { name, version };
  throw new Failure(
    `${key} is wanted as ${wanted}, which is no exact version: npm has to lock it.`,
  );
}
