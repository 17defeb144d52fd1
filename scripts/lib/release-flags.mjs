// Flags of the compiler for optimized builds.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { outputOf, root } from "./process.mjs";

/** Relative to the repository. */
export const PROFILE_FOLDER = "data/profiles";

/**
 * LLVM copies less into callers than at `opt-level = 3` alone. Without a profile that makes the addon 6 % smaller, and a call
 * hardly takes more instructions: what matters for speed is small enough to be copied nonetheless. With a profile it
 * applies to what runs neither often nor never.
 */
const LESS_INLINING = "-Cllvm-args=-inline-threshold=120";

/** A function that has changed since the recording has no counts until the next one; a build need not say so. */
const WITHOUT_WARNINGS = "-Cllvm-args=-no-pgo-warn-mismatch";

/**
 * What `npm run profile` has counted decides what is inlined and what is optimized for size (ADR 32). Not every target has
 * a profile, and a path with a space has no place in `RUSTFLAGS`.
 */
export function releaseFlags(triple) {
  const profile = profileOf(triple);
  const isUsable = existsSync(profile) && !/\s/.test(profile);
  const profiled = isUsable ? [`-Cprofile-use=${profile}`, WITHOUT_WARNINGS] : [];
  return [LESS_INLINING, ...profiled];
}

/** The record of `npm run profile`. Its names contain a hash of the compiler's version, so it is of no use to another. */
export function profileOf(triple, rust = rustVersion()) {
  return join(root, PROFILE_FOLDER, `${triple}-${rust}.profdata`);
}

export const rustVersion = () => /^rustc (\S+)/.exec(outputOf("rustc", ["--version"]))?.[1];
