// The licences of the crates in the addon, which must be distributed with it.

import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { root } from "../lib/process.mjs";
import { crateGraph } from "./crates.mjs";

const LICENCE_FILE = /^(licen[cs]e|copying|notice|copyright)/i;

/** @returns {string} each text once, with the crates that it belongs to */
export function thirdPartyNotices(triple) {
  const rules = { text: textOfRules(), owners: ["uap-core (rules for user agents)"] };
  const texts = new Map([[words(rules.text), rules]]);
  for (const crate of crateGraph(triple).crates) {
    for (const text of licencesOf(crate)) {
      const entry = texts.get(words(text)) ?? { text, owners: [] };
      texts.set(words(text), entry);
      entry.owners.push(`${crate.name} ${crate.version}`);
    }
  }
  const parts = [...texts.values()].map(
    ({ text, owners }) => `${[...new Set(owners)].join(", ")}\n\n${text.trim()}\n`,
  );
  return `The addon contains the following works under the licences below.\n\n${parts.join(`\n${"-".repeat(80)}\n\n`)}`;
}

function licencesOf({ name, manifest_path, license_file }) {
  const directory = dirname(manifest_path);
  const files = readdirSync(directory).filter(
    (file) => LICENCE_FILE.test(file) || file === license_file,
  );
  const texts = files.map((file) => readTextOf(join(directory, file))).filter(Boolean);
  if (texts.length === 0) console.log(`${name} contains no licence text.`);
  return texts.flatMap(sectionsOf);
}

/** The terms of the Apache License are the same everywhere, while copyright notices follow them. */
function sectionsOf(text) {
  return text.split(/(?<=END OF TERMS AND CONDITIONS)/).filter((section) => words(section) !== "");
}

/** Some crates have a folder of that name. */
function readTextOf(path) {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error.code === "EISDIR") return undefined;
    throw error;
  }
}

function textOfRules() {
  return readFileSync(join(root, "data/uap-core/LICENSE"), "utf8");
}

/** Copies of a licence differ in line breaks, punctuation and links. */
function words(text) {
  return text
    .toLowerCase()
    .replaceAll("https:", "http:")
    .replace(/[^\p{L}\d]+/gu, " ")
    .trim();
}
