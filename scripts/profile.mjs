// npm run profile: records how often each part of the addon runs under the load of the benchmarks. Optimized builds for
// the same platform, with the same compiler, use the record (ADR 32). Takes five minutes.

import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { installDependencies } from "./lib/install.mjs";
import { TARGET } from "./lib/instructions.mjs";
import { Failure, main, outputOf, root, run } from "./lib/process.mjs";
import { PROFILE_FOLDER, profileOf, rustVersion } from "./lib/release-flags.mjs";
import { buildResponder } from "./lib/responder.mjs";
import { hostTriple, requireNode, requireRust } from "./lib/toolchain.mjs";

const FOLDER = join(root, "target", "profile");
const RECORDS = join(FOLDER, "records");
const LIBRARY = join(FOLDER, TARGET, "release", "libauth0_user_security_addon.so");

main(() => {
  requireNode();
  requireRust();
  requireReleaseCompiler();
  const merge = mergeTool();
  installDependencies();
  installDependencies("bench/comparison");
  buildResponder();
  const addon = buildInstrumented();
  rmSync(RECORDS, { recursive: true, force: true });
  const env = { ...process.env, NAPI_RS_NATIVE_LIBRARY_PATH: addon };
  run(process.execPath, ["bench/comparison/train.mjs"], { env });
  const merged = join(FOLDER, "merged.profdata");
  run(merge, ["merge", "-o", merged, ...recordsOf()]);
  publish(merged, profileOf(TARGET));
});

/** The repository has the profile of one platform, for the compiler of releases. */
function requireReleaseCompiler() {
  const host = hostTriple();
  if (host !== TARGET) throw new Failure(`The profile is for ${TARGET}, and this is ${host}.`);
  const wanted = readFileSync(join(root, ".ci/rust-version"), "utf8").trim();
  if (rustVersion() === wanted) return;
  throw new Failure(
    `Releases are built with Rust ${wanted}, and this is ${rustVersion()}.\n  Set RUSTUP_TOOLCHAIN=${wanted}`,
  );
}

function mergeTool() {
  const sysroot = outputOf("rustc", ["--print", "sysroot"]).trim();
  const tool = join(sysroot, "lib/rustlib", TARGET, "bin", "llvm-profdata");
  if (existsSync(tool)) return tool;
  throw new Failure(
    "Rust's llvm-profdata is missing.\n  Get it with: rustup component add llvm-tools",
  );
}

/** An addon that writes a record when its process ends. */
function buildInstrumented() {
  console.log("Building the instrumented addon; this takes some minutes …");
  const env = { ...process.env, CARGO_ENCODED_RUSTFLAGS: `-Cprofile-generate=${RECORDS}` };
  const what = ["--release", "--locked", "--package=auth0-user-security-addon"];
  run("cargo", ["build", ...what, "--target", TARGET, "--target-dir", FOLDER], { env });
  // Node.js recognizes addons by their extension.
  const addon = join(FOLDER, "instrumented.node");
  copyFileSync(LIBRARY, addon);
  return addon;
}

function recordsOf() {
  if (!existsSync(RECORDS)) throw new Failure("The instrumented addon has recorded nothing.");
  return readdirSync(RECORDS).map((name) => join(RECORDS, name));
}

/** In place of the profiles for earlier compilers. */
function publish(merged, profile) {
  const folder = join(root, PROFILE_FOLDER);
  mkdirSync(folder, { recursive: true });
  copyFileSync(merged, profile);
  const isOld = (name) => name.startsWith(`${TARGET}-`) && name !== basename(profile);
  for (const name of readdirSync(folder).filter(isOld)) rmSync(join(folder, name));
  console.log(`✓ Written: ${PROFILE_FOLDER}/${basename(profile)}. Commit it.`);
}
