// The npm packages that a published package depends on, from the lock file.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../lib/process.mjs";

/**
 * @param {string} path of the published package, in the lock file
 * @returns {{ path: string, name: string, version: string, license?: string, integrity: string, links: string[] }[]}
 *   the published one first; `links` are the paths of those that a package depends on
 */
export function lockedPackages(path) {
  const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));
  const found = new Map();
  const visit = (at) => {
    if (found.has(at)) return;
    const { name = nameOf(at), version, license, integrity, ...entry } = packages[at];
    const wanted = Object.keys({ ...entry.dependencies, ...entry.optionalDependencies });
    const links = wanted.map((one) => pathOf(packages, at, one));
    found.set(at, { path: at, name, version, license, integrity, links });
    for (const link of links) visit(link);
  };
  visit(path);
  return [...found.values()];
}

/** As Node.js resolves: in the node_modules of the package itself, or else of a folder around it. */
function pathOf(packages, from, name) {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf("/")))) {
    const path = at ? `${at}/node_modules/${name}` : `node_modules/${name}`;
    const { link, resolved } = packages[path] ?? {};
    if (packages[path]) return link ? resolved : path;
    if (!at) throw new Error(`${name}, which ${from} depends on, is not in package-lock.json.`);
  }
}

const nameOf = (path) => path.split("node_modules/").at(-1);
