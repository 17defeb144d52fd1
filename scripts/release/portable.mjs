// Builds the addon for distribution: stripped, without paths of this machine, and on Linux linked against
// an old glibc.

import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { parseTriple } from "@napi-rs/cli";
import { Failure, root, run } from "../lib/process.mjs";
import { releaseFlags } from "../lib/release-flags.mjs";
import { requirements } from "../lib/requirements.mjs";
import { hostTriple } from "../lib/toolchain.mjs";
import { checkAddon } from "./check-addon.mjs";

/** From 2012: older than on any Linux on which the supported versions of Node.js run. */
const GLIBC = "2.17";
const REQUIREMENTS = "scripts/release/requirements.txt";

const TOOLS = join(root, ".tools", "zig");
const TARGET = join(root, "target", "portable");
const ADDONS = join(root, "dist", "addons");

const PIP = [
  ...["install", "--quiet", "--disable-pip-version-check", "--no-deps", "--only-binary", ":all:"],
  ...["--require-hashes", "--upgrade", "--target", TOOLS, "--requirement", REQUIREMENTS],
];

/** The path of a target's addon, under the name that the loader looks for. */
export function addonPath(triple) {
  return join(ADDONS, `auth0-user-security.${parseTriple(triple).platformArchABI}.node`);
}

/** Builds the addon of a target and checks it. @returns {string} its path */
export function buildPortable(triple) {
  console.log(`Building the addon for ${triple}; the first time takes some minutes …`);
  const artifacts = compilePortable(triple, ["--package", "auth0-user-security-addon"]);
  const addon = addonPath(triple);
  mkdirSync(ADDONS, { recursive: true });
  copyFileSync(join(artifacts, libraryOf(parseTriple(triple).platform)), addon);
  console.log(`✓ The addon for ${triple}: ${checkAddon(addon)}.`);
  return addon;
}

/**
 * Compiles with the settings of the published addons.
 * @param {string[]} what the arguments of cargo that select it
 * @returns {string} the folder of the artifacts
 */
export function compilePortable(triple, what) {
  const target = parseTriple(triple);
  const isLinux = target.platform === "linux";
  const { command, environment } = isLinux ? zigbuild(triple, target.abi) : build(triple);
  run("cargo", [...command, "--locked", "--release", ...what], {
    env: {
      ...process.env,
      ...environment,
      CARGO_TARGET_DIR: TARGET,
      CARGO_ENCODED_RUSTFLAGS: rustFlags(triple, target.abi).join("\x1f"),
    },
  });
  return join(TARGET, triple, "release");
}

const build = (triple) => ({ command: ["build", "--target", triple] });

/** zig links against any version of glibc, and cross-compiles without a sysroot. */
function zigbuild(triple, abi) {
  installZig();
  const cargoTarget = abi === "gnu" ? `${triple}.${GLIBC}` : triple;
  const path = [join(TOOLS, "bin"), process.env.PATH].join(":");
  return {
    command: ["zigbuild", "--target", cargoTarget, ...likeOrdinaryBuilds(triple)],
    environment: { PATH: path, CARGO_ZIGBUILD_ZIG_PATH: join(TOOLS, "ziglang/zig") },
  };
}

/**
 * On the platform that it builds for, zigbuild separates the settings of build scripts from those of the addon. That
 * changes the names of most functions, and a profile would not know them.
 */
function likeOrdinaryBuilds(triple) {
  return triple === hostTriple() ? ["--config", "target-applies-to-host=true"] : [];
}

function installZig() {
  const packages = Object.entries(requirements(REQUIREMENTS));
  if (packages.every(isInstalled)) return;
  console.log("Installing zig, the linker for old versions of glibc …");
  const { error, status } = spawnSync("python3", ["-m", "pip", ...PIP], {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
  });
  if (!error && status === 0) return;
  const names = packages.map((pinned) => pinned.join(" ")).join(" and ");
  throw new Failure(
    "zig, which links the addon for old versions of glibc, could not be installed.\n" +
      `  It comes from PyPI: python3 with pip is needed, and access to ${names}.`,
  );
}

function isInstalled([name, version]) {
  return existsSync(join(TOOLS, `${name.replaceAll("-", "_")}-${version}.dist-info`));
}

/** Panic messages name source files: relative to the project, not by their path on this machine. */
function rustFlags(triple, abi) {
  const cargoHome = process.env.CARGO_HOME ?? join(homedir(), ".cargo");
  const paths = [`--remap-path-prefix=${cargoHome}=cargo`, `--remap-path-prefix=${root}=.`];
  const flags = [...releaseFlags(triple), ...paths];
  // A library that Node.js loads must use Node.js's own C library.
  if (abi === "musl") return [...flags, "-C", "target-feature=-crt-static"];
  // Node.js for Windows includes its own C library; many machines have no other.
  return abi === "msvc" ? [...flags, "-C", "target-feature=+crt-static"] : flags;
}

function libraryOf(platform) {
  if (platform === "win32") return "auth0_user_security_addon.dll";
  return `libauth0_user_security_addon.${platform === "darwin" ? "dylib" : "so"}`;
}
