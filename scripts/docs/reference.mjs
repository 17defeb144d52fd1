// Generates the API reference in docs/api, and checks its links and those of the documents.

import { readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { installDependencies } from "../lib/install.mjs";
import { Failure, root, runTool } from "../lib/process.mjs";
import { documents } from "./documents.mjs";
import { checkLinks } from "./links.mjs";

const TOOLS = "scripts/docs";
const REFERENCE = join(root, "docs", "api");

/** Fails on a public item without a comment and on a link to an item that does not exist. */
export function writeReference() {
  installDependencies(TOOLS);
  const options = join(root, TOOLS, "typedoc.json");
  runTool("typedoc", "typedoc", ["--options", options], { from: TOOLS });
}

export function checkReferenceLinks() {
  const pages = readdirSync(REFERENCE, { recursive: true }).filter((name) =>
    name.endsWith(".html"),
  );
  report(pages.map((page) => join(REFERENCE, page)));
}

/** @param {import("../lib/tally.mjs").Tally} tally */
export function checkDocumentLinks(tally) {
  const files = documents();
  if (files.length === 0) return tally.skipStep("this is not a git checkout: clone the repository");
  const external = report(files.map((file) => join(root, file)));
  for (const link of external) console.log(`  not followed: ${link}`);
}

function report(files) {
  const { broken, external, count } = checkLinks(files);
  for (const { file, link } of broken) console.error(`${relative(root, file)} links to ${link}`);
  if (broken.length > 0) throw new Failure(`${broken.length} links are broken.`);
  console.log(`${count} links of ${files.length} files were checked.`);
  return external;
}
