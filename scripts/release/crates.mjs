// The dependency graph of the crates that are linked into the addon, without build tools.

import { Failure, outputOf } from "../lib/process.mjs";

/**
 * @param {string} triple
 * @returns {{ root: Crate, crates: Crate[] }} `crates` by name, without the root
 * @typedef {{ id: string, name: string, version: string, license?: string, links: string[] }} Crate
 *   a package as `cargo metadata` describes it, with the ids of those that it links
 */
export function crateGraph(triple) {
  const { packages, resolve } = metadataOf(triple);
  const byId = new Map(packages.map((crate) => [crate.id, crate]));
  const linksOf = new Map(
    resolve.nodes.map(({ id, deps }) => [
      id,
      deps.filter((dep) => isLinked(dep) && !isMacro(byId.get(dep.pkg))).map(({ pkg }) => pkg),
    ]),
  );
  const found = new Set();
  const visit = (id) => {
    if (found.has(id)) return;
    found.add(id);
    for (const link of linksOf.get(id)) visit(link);
  };
  visit(resolve.root);
  const [root, ...crates] = [...found].map((id) => ({ ...byId.get(id), links: linksOf.get(id) }));
  return { root, crates: crates.sort((a, b) => a.name.localeCompare(b.name, "en")) };
}

function metadataOf(triple) {
  const options = ["--locked", "--format-version=1", `--filter-platform=${triple}`];
  const metadata = outputOf("cargo", ["metadata", ...options]);
  if (!metadata) throw new Failure("cargo metadata failed.");
  return JSON.parse(metadata);
}

const isLinked = ({ dep_kinds }) => dep_kinds.some(({ kind }) => kind === null);
const isMacro = ({ targets }) => targets.some(({ kind }) => kind.includes("proc-macro"));
