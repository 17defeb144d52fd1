// Reports which tool is missing or too old, and how to get it.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Failure, outputOf, root } from "./process.mjs";

const read = (file) => readFileSync(join(root, file), "utf8");

export function requireNode() {
  const [wanted] = /\d+\.\d+/.exec(JSON.parse(read("package.json")).engines.node);
  const found = process.versions.node;
  if (isAtLeast(found, wanted)) return;
  throw new Failure(
    `Node.js ${wanted} or newer is needed, but this is ${found}.\n` +
      "  Get it from https://nodejs.org, or with a version manager: nvm install 22",
  );
}

/** @param {{ forChecks?: boolean }} options forChecks: rustfmt and clippy are needed too */
export function requireRust({ forChecks = false } = {}) {
  const wanted = /^rust-version = "(.+)"$/m.exec(read("Cargo.toml"))[1];
  const found = /^rustc (\d+\.\d+\.\d+)/.exec(outputOf("rustc", ["--version"]) ?? "")?.[1];
  if (!found || !outputOf("cargo", ["--version"])) {
    throw new Failure(
      `Rust ${wanted} or newer is needed, but \`rustc\` and \`cargo\` are missing or do not work.\n` +
        "  Get both from https://rustup.rs, open a new terminal, and run this command again.",
    );
  }
  if (!isAtLeast(found, wanted)) {
    throw new Failure(
      `Rust ${wanted} or newer is needed, but this is ${found}.\n  Get it with: rustup update stable`,
    );
  }
  if (forChecks) ["rustfmt", "clippy"].forEach(requireComponent);
}

function requireComponent(name) {
  const command = name === "rustfmt" ? "fmt" : name;
  if (outputOf("cargo", [command, "--version"])) return;
  throw new Failure(`Rust's ${name} is missing.\n  Get it with: rustup component add ${name}`);
}

/** The target triple that napi builds for. Every cargo command names it, so that all share one set of artifacts. */
export function hostTriple() {
  return /^host: (.+)$/m.exec(outputOf("rustc", ["-vV"]))[1];
}

function isAtLeast(found, wanted) {
  const [a, b] = [found, wanted].map((version) => version.split(".").map(Number));
  return a[0] !== b[0] ? a[0] > b[0] : a[1] >= b[1];
}
