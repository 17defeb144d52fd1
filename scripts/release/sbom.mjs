// The SBOMs of the published packages: dist/sbom/addon-<triple>.cdx.json, dist/sbom/emulator.cdx.json and
// dist/sbom/cli.cdx.json.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parseTriple } from "@napi-rs/cli";
import { root } from "../lib/process.mjs";
import { crateGraph } from "./crates.mjs";
import { writeCycloneDx } from "./cyclonedx.mjs";
import { lockedPackages } from "./locked-packages.mjs";

const SBOM = join(root, "dist", "sbom");
const RULES = "data/uap-core/regexes.yaml";

/** @returns {Promise<string>} the path of the SBOM */
export async function writeAddonSbom(triple, addon, directory = SBOM) {
  const { name, version, license } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const graph = crateGraph(triple);
  const file = {
    ...{ id: basename(addon), type: "file", name: basename(addon), licence: graph.root.license },
    hashes: { "SHA-256": sha256(addon) },
    links: [...graph.root.links.map((id) => idOf(graph, id)), "uap-core"],
  };
  const main = packageOf(`${name}-${parseTriple(triple).platformArchABI}`, version, license, [
    file.id,
  ]);
  const path = join(directory, `addon-${triple}.cdx.json`);
  await writeCycloneDx(path, main, [file, rules(), ...cratesOf(graph)]);
  return path;
}

/**
 * @param {"emulator" | "cli"} workspace
 * @returns {Promise<string>} the path of the SBOM
 */
export async function writeWorkspaceSbom(workspace, directory = SBOM) {
  const [main, ...parts] = lockedPackages(workspace).map((entry) => ({
    ...packageOf(entry.name, entry.version, entry.license, entry.links),
    id: entry.path,
    hashes: entry.integrity && { "SHA-512": hexOf(entry.integrity) },
  }));
  const path = join(directory, `${workspace}.cdx.json`);
  await writeCycloneDx(path, main, parts);
  return path;
}

function packageOf(name, version, licence, links) {
  const purl = `pkg:npm/${name.replace("@", "%40")}@${version}`;
  return { id: purl, name, version, purl, licence, links };
}

function cratesOf(graph) {
  const checksums = checksumsOfLock();
  return graph.crates.map(({ name, version, license, links }) => ({
    ...{ id: purlOf(name, version), name, version, purl: purlOf(name, version) },
    // Older crates write `MIT/Apache-2.0`.
    licence: license?.replace(/\s*\/\s*/g, " OR "),
    hashes: { "SHA-256": checksums.get(`${name} ${version}`) },
    links: links.map((id) => idOf(graph, id)),
  }));
}

function idOf({ crates }, id) {
  const { name, version } = crates.find((crate) => crate.id === id);
  return purlOf(name, version);
}

const purlOf = (name, version) => `pkg:cargo/${name}@${version}`;

function checksumsOfLock() {
  const lock = readFileSync(join(root, "Cargo.lock"), "utf8");
  const entries = lock.matchAll(
    /^name = "(.+)"\nversion = "(.+)"\nsource = ".+"\nchecksum = "(.+)"$/gm,
  );
  return new Map([...entries].map(([, name, version, sum]) => [`${name} ${version}`, sum]));
}

function rules() {
  return {
    ...{ id: "uap-core", type: "data", name: "uap-core", licence: "Apache-2.0" },
    ...{ purl: "pkg:github/ua-parser/uap-core", hashes: { "SHA-256": sha256(join(root, RULES)) } },
  };
}

const sha256 = (path) => createHash("sha256").update(readFileSync(path)).digest("hex");
/** npm writes `sha512-` and base64. */
const hexOf = (integrity) =>
  Buffer.from(integrity.replace("sha512-", ""), "base64").toString("hex");
