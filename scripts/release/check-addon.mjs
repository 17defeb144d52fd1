// What must be true of an addon before others get it.

import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { Failure, root } from "../lib/process.mjs";

/** Room for what makes calls safe and fast, which come before size; enough to notice what grows by accident. */
const MAX_BYTES = 8_000_000;
/** Debian 10, RHEL 8 and whatever is newer. */
const MAX_GLIBC = 28;

/** @returns {string} what was found */
export function checkAddon(path) {
  const content = readFileSync(path);
  const text = content.toString("latin1");
  const glibc = Math.max(
    0,
    ...[...text.matchAll(/GLIBC_2\.(\d+)/g)].map(([, minor]) => Number(minor)),
  );
  const faults = [
    content.length > MAX_BYTES && `has ${content.length} bytes, more than ${MAX_BYTES}`,
    glibc > MAX_GLIBC && `needs glibc 2.${glibc}, newer than 2.${MAX_GLIBC}`,
    text.includes(".symtab") && "is not stripped",
    text.includes(root) && "holds the path of this folder",
    text.includes(homedir()) && "holds the path of your home",
  ].filter(Boolean);
  if (faults.length > 0) throw new Failure(`The addon ${path} ${faults.join(", and ")}.`);
  const needs = glibc ? `, glibc 2.${glibc} or newer` : "";
  return `${(content.length / 1e6).toFixed(2)} MB${needs}`;
}
