// Checks an addon before it is published.

import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { Failure, root } from "../lib/process.mjs";

/** Safety and speed come before size: a limit only to notice accidental growth. */
const MAX_BYTES = 8_000_000;
/** Debian 10, RHEL 8 and newer. */
const MAX_GLIBC = 28;

/** @returns {string} its size and the glibc that it needs */
export function checkAddon(path) {
  const content = readFileSync(path);
  const text = content.toString("latin1");
  const glibc = Math.max(
    0,
    ...[...text.matchAll(/GLIBC_2\.(\d+)/g)].map(([, minor]) => Number(minor)),
  );
  const problems = [
    content.length > MAX_BYTES &&
      `has ${content.length} bytes, more than ${MAX_BYTES} (on Linux on x64, if dependencies have changed: npm run profile)`,
    glibc > MAX_GLIBC && `needs glibc 2.${glibc}, newer than 2.${MAX_GLIBC}`,
    text.includes(".symtab") && "is not stripped",
    text.includes(root) && "contains the path of this folder",
    text.includes(homedir()) && "contains the path of your home directory",
  ].filter(Boolean);
  if (problems.length > 0) throw new Failure(`The addon ${path} ${problems.join(", and ")}.`);
  const needs = glibc ? `, glibc 2.${glibc} or newer` : "";
  return `${(content.length / 1e6).toFixed(2)} MB${needs}`;
}
