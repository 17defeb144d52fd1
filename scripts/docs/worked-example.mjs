// Checks that the Rust of CONTRIBUTING.md's worked example compiles in the files that the text names.

import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CRATE } from "../lib/addon.mjs";
import { Failure, root, run } from "../lib/process.mjs";
import { hostTriple } from "../lib/toolchain.mjs";

/** The other member of the crate's workspace, without which cargo rejects the manifest. */
const MEMBER = "bench/core";

/** The profile of tests has the features of their dependencies, with which Clippy has checked every crate. */
const CHECK = ["check", "--locked", "--quiet", "--lib", "--profile=test"];

/** Compiles a copy of the crate, with the dependencies that were compiled for the crate itself. */
export function checkWorkedExample() {
  const text = readFileSync(join(root, "CONTRIBUTING.md"), "utf8");
  const blocks = [...text.matchAll(/^```rust\n(.*?)^```$/gms)].map(([, code]) => code);
  if (blocks.length !== 4)
    throw new Failure("CONTRIBUTING.md has other Rust than this check knows.");
  const [endpoint, needs, operation, binding] = blocks;
  const copy = mkdtempSync(join(tmpdir(), "worked-example-"));
  try {
    for (const part of [...CRATE, MEMBER]) {
      cpSync(join(root, part), join(copy, part), { recursive: true });
    }
    appendFileSync(join(copy, "src/auth0/users.rs"), `\n${endpoint}`);
    appendFileSync(
      join(copy, "src/service/sign_in_methods.rs"),
      `\nconst _: &[Needs] = &[${needs}];\n${operation}`,
    );
    appendFileSync(join(copy, "src/binding/sign_in_methods.rs"), `\n${binding}`);
    const target = process.env.CARGO_TARGET_DIR ?? join(root, "target");
    run("cargo", [...CHECK, "--target", hostTriple()], {
      cwd: copy,
      env: { ...process.env, CARGO_TARGET_DIR: target },
    });
  } finally {
    rmSync(copy, { recursive: true });
  }
}
