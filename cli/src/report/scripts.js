// The scripts and the style of the page. The page has no bundler: its modules become one script, after the libraries
// as their packages ship them.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const require = createRequire(import.meta.url);
const page = new URL("page/", import.meta.url);

/** In the order in which they use each other. */
const MODULES = [
  "libraries",
  "schema",
  "format",
  "dom",
  "data",
  "facets",
  "order",
  "view",
  "palette",
  "chart-data",
  "charts",
  "summary",
  "outcomes",
  "filters",
  "copy",
  "cells",
  "details",
  "row",
  "keys",
  "head",
  "table",
  "print",
  "main",
];

/** Paper comes last, because it overrides the others. */
const STYLES = ["base", "summary", "explore", "table", "details", "print"];

export const readTemplate = () => readPage("index.html");
export const readStyle = () => STYLES.map((name) => readPage(`${name}.css`)).join("\n");

/** Chart.js and TanStack Virtual with their licences, then the page's own code. */
export function readScripts() {
  return [chartLibrary(), virtualLibrary(), ownScript()];
}

function chartLibrary() {
  const file = join(dirname(require.resolve("chart.js")), "chart.umd.min.js");
  const source = readFileSync(file, "utf8").replace(/\/\/# sourceMappingURL=\S+/, "");
  return `/*\n${licenceOf("chart.js", "../LICENSE.md")}\n*/\n${source}`;
}

/** The package ships CommonJS modules, which get a `require` for each other. */
function virtualLibrary() {
  const entry = require.resolve("@tanstack/virtual-core");
  const folder = dirname(entry);
  const modules = commonJsModules(folder, "index.cjs", new Map());
  const table = [...modules].map(
    ([name, source]) => `${JSON.stringify(name)}(require, exports) {\n${source}\n}`,
  );
  return `/*\n${licenceOf("@tanstack/virtual-core", "../../LICENSE")}\n*/
globalThis.VirtualCore = (() => {
const process = { env: { NODE_ENV: "production" } };
const loaded = new Map();
const modules = {${table.join(",\n")}};
function require(path) {
  const name = path.slice(2);
  if (!loaded.has(name)) {
    const exports = {};
    loaded.set(name, exports);
    modules[name](require, exports);
  }
  return loaded.get(name);
}
return require("./index.cjs");
})();`;
}

/**
 * @param {string} folder
 * @param {string} name
 * @param {Map<string, string>} found
 * @returns {Map<string, string>} the sources of a module and all that it requires
 */
function commonJsModules(folder, name, found) {
  if (found.has(name)) return found;
  const source = readFileSync(join(folder, name), "utf8").replace(/\/\/# sourceMappingURL=\S+/, "");
  found.set(name, source);
  for (const [, required = ""] of source.matchAll(/require\("\.\/([\w.-]+)"\)/g)) {
    commonJsModules(folder, required, found);
  }
  return found;
}

/** Each module becomes a function that returns its exports. */
function ownScript() {
  return `(() => {\n"use strict";\n${MODULES.map(moduleScript).join("\n")}\n})();`;
}

/** @param {string} name */
function moduleScript(name) {
  const source = readPage(`${name}.js`);
  const exported = [...source.matchAll(/^export (?:async )?(?:function|class|const) (\w+)/gm)];
  const body = source
    .replace(/^import (\{[^}]*\}) from "\.\/([\w-]+)\.js";$/gm, (_, names, from) => {
      return `const ${names} = ${variableOf(from)};`;
    })
    .replace(/^export /gm, "");
  const names = exported.map(([, its]) => its).join(", ");
  return `const ${variableOf(name)} = (() => {\n${body}return { ${names} };\n})();`;
}

/** @param {string} name */
const variableOf = (name) => `$${name.replaceAll("-", "_")}`;

/**
 * @param {string} name
 * @param {string} path from the entry point of the package
 */
function licenceOf(name, path) {
  const licence = readFileSync(join(dirname(require.resolve(name)), path), "utf8").trim();
  return `${name}\n\n${licence.replaceAll("*/", "* /")}`;
}

/** @param {string} name */
const readPage = (name) => readFileSync(new URL(name, page), "utf8");
