import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path/posix";

const COMMENT = /\/\*[\s\S]*?\*\//g;
const STATIC = /^(?:import|export)\s(?:[\w*{},\s]+\sfrom\s)?"(\.{1,2}\/[^"]+)"/gm;
const DYNAMIC = /\bimport\("(\.{1,2}\/[^"]+)"\)/g;

/** @typedef {Map<string, Set<string>>} Graph */

/**
 * Which file imports which, by their paths below a folder. Imports in JSDoc only concern types, so
 * they do not count.
 * @param {string} folder
 * @returns {Graph}
 */
export function importsIn(folder) {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((file) => file.replaceAll("\\", "/"))
    .filter((file) => file.endsWith(".js"));
  return new Map(files.map((file) => [file, importsOf(folder, file)]));
}

/**
 * @param {string} folder
 * @param {string} file
 */
function importsOf(folder, file) {
  const code = readFileSync(join(folder, file), "utf8").replace(COMMENT, "");
  const paths = [...code.matchAll(STATIC), ...code.matchAll(DYNAMIC)].map(([, path]) => path);
  return new Set(paths.map((path) => normalize(join(dirname(file), path))));
}

/**
 * The same between folders. A file at the top stands for itself.
 * @param {Graph} files
 * @returns {Graph}
 */
export function betweenFolders(files) {
  const placeOf = (/** @type {string} */ file) => (file.includes("/") ? dirname(file) : file);
  /** @type {Graph} */
  const graph = new Map();
  for (const [file, imports] of files) {
    const from = placeOf(file);
    const targets = graph.get(from) ?? new Set();
    for (const to of [...imports].map(placeOf)) if (to !== from) targets.add(to);
    graph.set(from, targets);
  }
  return graph;
}

/**
 * @param {Graph} graph
 * @returns {string[]} the first circle, beginning and ending with the same name; empty if none
 */
export function findCircle(graph) {
  const done = new Set();
  /**
   * @param {string} name
   * @param {string[]} trail
   * @returns {string[]}
   */
  const visit = (name, trail) => {
    if (trail.includes(name)) return [...trail.slice(trail.indexOf(name)), name];
    if (done.has(name)) return [];
    for (const next of graph.get(name) ?? []) {
      const circle = visit(next, [...trail, name]);
      if (circle.length > 0) return circle;
    }
    done.add(name);
    return [];
  };
  for (const name of graph.keys()) {
    const circle = visit(name, []);
    if (circle.length > 0) return circle;
  }
  return [];
}
