// What a process pays before its first result, and what an application installs.

import { OURS, POOL } from "../contestants/index.mjs";
import { addonSize, ownSize, sizeWithDependencies } from "../installed-size.mjs";
import { inRounds, medianOf, ratioOf } from "../rounds.mjs";
import { shown, table, times } from "../tables.mjs";

const ROUNDS = 7;
const PARSER = "ua-parser-js";
/** The packages of each contestant, as it loads them. */
const MODULES = {
  [OURS]: ["../../../index.js"],
  auth0: ["auth0", PARSER],
  "auth0, subpaths": ["auth0/management", "auth0/users", "auth0/sessions", PARSER],
  [POOL]: ["undici", PARSER],
  fetch: [PARSER],
};
const CONTESTANTS = Object.keys(MODULES);
const COLUMNS = [
  "",
  "require, ms",
  `to ${POOL}`,
  "import, ms",
  "First response, ms",
  `to ${POOL}`,
  "RSS then, MB",
  `to ${POOL}`,
  "Installed, MB",
];
const TEXT = `The first response counts from the start of the process. \`fetch\` comes with Node.js. The size is that of the installed
files, with all dependencies.`;

export async function measure(responder) {
  const timed = (program, configOf) =>
    inRounds(responder, { program, contestants: CONTESTANTS, rounds: ROUNDS, configOf });
  const loading = (how) =>
    timed("load-modules.mjs", (contestant) => ({ how, modules: MODULES[contestant] }));
  return {
    required: await loading("require"),
    imported: await loading("import"),
    first: await timed("first-response.mjs", () => ({})),
    sizes: Object.fromEntries(CONTESTANTS.map((name) => [name, sizeOf(name)])),
    addon: addonSize(),
  };
}

function sizeOf(contestant) {
  if (contestant === OURS) return ownSize();
  const packages = MODULES[contestant].map((module) => module.split("/")[0]);
  return sizeWithDependencies(packages);
}

export function report({ required, imported, first, sizes, addon }) {
  const rows = CONTESTANTS.map((name) => [
    name,
    ...cells(required, name, took),
    shown(medianOf(imported[name], took)),
    ...cells(first, name, took),
    ...cells(first, name, (round) => round.rss),
    shown(sizes[name] / 1e6),
  ]);
  return [
    "## Start and size",
    TEXT,
    table(COLUMNS, rows),
    `The addon alone is ${shown(addon / 1e6)} MB.`,
  ].join("\n\n");
}

const took = (round) => round.took;

function cells(results, name, pick) {
  return [shown(medianOf(results[name], pick)), times(ratioOf(results[name], results[POOL], pick))];
}
