// Builds the native addon, unless the existing one was built from the same sources.

import { createHash, randomUUID } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { trimDeclarations } from "./declarations.mjs";
import { writeMethodTables } from "./method-tables.mjs";
import { Failure, root, runTool } from "./process.mjs";
import { withPulse } from "./pulse.mjs";
import { PROFILE_FOLDER, releaseFlags, rustVersion } from "./release-flags.mjs";
import { hostTriple } from "./toolchain.mjs";

/** With this feature, the Rust tests and the addon have the same dependencies. */
export const TEST_FEATURE = "test-clock";

/** The loader and the types, which napi writes with the addon. Both are committed. */
export const GENERATED = ["index.d.ts", "native.js"];

/** The sources of the crate. */
export const CRATE = ["Cargo.lock", "Cargo.toml", "addon", "build.rs", "data/uap-core", "src"];
const SOURCES = [...CRATE, "types"];
const STAMP = join(root, ".stamps", "addon.json");
const BUILD = [
  "build",
  "--manifest-path",
  "addon/Cargo.toml",
  "--output-dir",
  ".",
  "--platform",
  "--js",
  "native.js",
  "--dts",
  "index.d.ts",
  "--no-const-enum",
];

/** See `build.rs`. */
const BUILD_VARIABLE = "AUTH0_USER_SECURITY_BUILD";

/** Development builds share their dependencies with the Rust tests. */
const PROFILES = { dev: ["--features", TEST_FEATURE], release: ["--release"] };

/** @param {"dev" | "release"} profile a fresh release build serves as a dev build too */
export function isAddonFresh(profile) {
  const stamp = readStamp();
  const isWanted = stamp?.profile === profile || stamp?.profile === "release";
  return (
    isWanted && stamp.sources === hashOfSources(stamp.profile) && stamp.outputs === hashOfOutputs()
  );
}

export function buildAddon(profile) {
  console.log(`Native addon: building (${profile}); the first time takes some minutes …`);
  const sources = hashOfSources(profile);
  const build = randomUUID();
  try {
    const args = [...BUILD, ...PROFILES[profile]];
    const env = { ...process.env, [BUILD_VARIABLE]: build };
    if (profile === "release") Object.assign(env, optimized());
    withPulse("Native addon", () => runTool("@napi-rs/cli", "napi", args, { env }));
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw new Failure(
      "The addon could not be built; the reason is above. If it is a missing linker or C compiler,\n" +
        "  install your system's build tools (build-essential, Xcode Command Line Tools, MSVC).",
    );
  }
  trimDeclarations();
  writeMethodTables();
  mkdirSync(join(root, ".stamps"), { recursive: true });
  writeFileSync(STAMP, JSON.stringify({ profile, build, sources, outputs: hashOfOutputs() }));
}

/**
 * The environment for `cargo test`. If the development addon is up to date, Cargo reuses the core that was compiled for it.
 * In any other case the value is not set: the core is then compiled without types, which no build of the addon may reuse.
 */
export function testEnv() {
  const { profile, build } = isAddonFresh("dev") ? readStamp() : {};
  return profile === "dev" ? { ...process.env, [BUILD_VARIABLE]: build } : process.env;
}

/** The flags of published addons, besides those that are set. */
function optimized() {
  const given = process.env.RUSTFLAGS ? [process.env.RUSTFLAGS] : [];
  return { RUSTFLAGS: [...given, ...releaseFlags(hostTriple())].join(" ") };
}

/** For tests: an up-to-date build, of either profile. */
export function ensureAddon() {
  if (isAddonFresh("dev")) skipAddon();
  else buildAddon("dev");
}

export function skipAddon() {
  console.log("Native addon: up to date, skipped.");
}

function readStamp() {
  try {
    return JSON.parse(readFileSync(STAMP, "utf8"));
  } catch {
    return undefined;
  }
}

/** Release builds also depend on the compiler and its profile. */
function hashOfSources(profile) {
  const isRelease = profile === "release";
  const files = isRelease ? [...SOURCES, PROFILE_FOLDER] : SOURCES;
  const { version, napi } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const platform = `${process.platform}-${process.arch}`;
  return hash(
    files.flatMap(filesOf),
    JSON.stringify({ version, napi, platform, BUILD, PROFILES, rust: isRelease && rustVersion() }),
  );
}

function hashOfOutputs() {
  const addons = readdirSync(root).filter((file) => file.endsWith(".node"));
  return hash([...addons.sort(), ...GENERATED]);
}

function filesOf(path) {
  if (!statSync(join(root, path)).isDirectory()) return [path];
  return readdirSync(join(root, path))
    .sort()
    .flatMap((name) => filesOf(`${path}/${name}`));
}

function hash(files, more = "") {
  const sum = createHash("sha256").update(more);
  for (const file of files) {
    const content = readFileSync(join(root, file));
    sum.update(`\0${file}\0${content.length}\0`).update(content);
  }
  return sum.digest("hex");
}
