// The types that napi writes, without what concerns only the generated loader.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./process.mjs";

/** Distinguishes WASI artifacts from native ones. This package ships only native ones, and `index.js` does not export it. */
const BINDING_TARGET =
  /\/\*\*(?:(?!\*\/).)*\*\/\s*export declare const __napiBindingTarget\b.*?\n\s*/s;

export const publicDeclarations = (generated) => generated.replace(BINDING_TARGET, "");

export function trimDeclarations() {
  const file = join(root, "index.d.ts");
  writeFileSync(file, publicDeclarations(readFileSync(file, "utf8")));
}
