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
  const linked = linkedCrates(triple);
  const isInAddon = (id) => linked.has(`${byId.get(id).name} v${byId.get(id).version}`);
  const linksOf = new Map(
    resolve.nodes.map(({ id, deps }) => [
      id,
      deps
        .filter((dep) => isLinked(dep) && !isMacro(byId.get(dep.pkg)) && isInAddon(dep.pkg))
        .map(({ pkg }) => pkg),
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

/**
 * The crates that cargo links, as `name v1.2.3`. `cargo metadata` also has optional ones that a feature names without
 * turning them on.
 */
function linkedCrates(triple) {
  const options = ["--edges=normal,no-proc-macro", "--prefix=none", "--format={p}"];
  const tree = outputOf("cargo", ["tree", "--locked", `--target=${triple}`, ...options]);
  if (!tree) throw new Failure("cargo tree failed.");
  return new Set(tree.split("\n").map((line) => line.split(" ", 2).join(" ")));
}

const isLinked = ({ dep_kinds }) => dep_kinds.some(({ kind }) => kind === null);
const isMacro = ({ targets }) => targets.some(({ kind }) => kind.includes("proc-macro"));
