// The targets that addons are published for, and which of them have been built.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Failure, root } from "../lib/process.mjs";
import { addonPath } from "./portable.mjs";

/** From package.json. */
export const TARGETS = JSON.parse(readFileSync(join(root, "package.json"), "utf8")).napi.targets;

export function requireTarget(triple) {
  if (TARGETS.includes(triple)) return;
  throw new Failure(`No addon is made for ${triple}, only for:\n  ${TARGETS.join("\n  ")}`);
}

/** @returns {Record<string, string>} the paths of the addons in dist/addons, by target */
export function builtAddons() {
  const built = TARGETS.map((triple) => [triple, addonPath(triple)]);
  return Object.fromEntries(built.filter(([, path]) => existsSync(path)));
}

/** @param {Record<string, string>} addons */
export function requireAll(addons) {
  const missing = TARGETS.filter((triple) => !addons[triple]);
  if (missing.length === 0) return;
  throw new Failure(
    `The addons for these targets are not in dist/addons:\n  ${missing.join("\n  ")}\n` +
      "  Build them with `npm run release:build -- <target>`, or pack what is there: npm run release:pack -- --partial",
  );
}
