// A release has one version, which several files state.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Failure, root } from "../lib/process.mjs";

const read = (file) => readFileSync(join(root, file), "utf8");

/** Fails unless every file states the version that a tag such as `v1.2.3` names. */
export function requireVersion(tag) {
  const found = {
    "package.json": JSON.parse(read("package.json")).version,
    "emulator/package.json": JSON.parse(read("emulator/package.json")).version,
    "cli/package.json": JSON.parse(read("cli/package.json")).version,
    "cli/package.json, @archie/auth0-tenant-emulator": emulatorOf("cli/package.json"),
    "package-lock.json": JSON.parse(read("package-lock.json")).version,
    "Cargo.toml": /^version = "(.+)"$/m.exec(read("Cargo.toml"))[1],
    "CHANGELOG.md": datedVersion(read("CHANGELOG.md")),
    // The loader of the addon, which the build writes.
    "native.js": /bindingPackageVersion !== '(.+?)'/.exec(read("native.js"))[1],
  };
  const other = Object.entries(found).filter(([, version]) => `v${version}` !== tag);
  if (other.length === 0) return;
  const places = other.map(
    ([file, version]) => `${file} has ${version ?? "no version with a date"}`,
  );
  throw new Failure(`The tag is ${tag}, but:\n  ${places.join("\n  ")}`);
}

function emulatorOf(file) {
  return JSON.parse(read(file)).dependencies["@archie/auth0-tenant-emulator"];
}

/** The newest version, if it has a release date. */
function datedVersion(changelog) {
  const [, version, date] = /^## \[(.+)\] - (.+)$/m.exec(changelog);
  return /^\d{4}-\d\d-\d\d$/.test(date) ? version : undefined;
}
