// Lays out the packages as they are published: the main one, one for each addon, the emulator and the command line.

import { copyFileSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { parseTriple } from "@napi-rs/cli";
import { Failure, npmOutput, root, runTool } from "../lib/process.mjs";
import { thirdPartyNotices } from "./notices.mjs";

const FOR_DEVELOPERS = ["scripts", "devDependencies", "overrides", "workspaces", "napi"];
const NOTICES = "THIRD-PARTY-NOTICES.txt";

/**
 * @param {string} directory the destination, whose contents are removed
 * @param {Record<string, string>} addons paths by target triple
 * @param {string} [repository] the address of the repository that they were built from
 * @returns {string[]} the folders, in the order in which they are published
 */
export function layOut(directory, addons, repository) {
  rmSync(directory, { recursive: true, force: true });
  const triples = Object.keys(addons);
  const main = copyPacked(".", join(directory, "main"));
  edit(main, (manifest) => {
    manifest.napi.targets = triples;
  });
  runTool("@napi-rs/cli", "napi", ["create-npm-dirs"], { cwd: main });
  const platforms = triples.map((triple) => {
    const { platformArchABI } = parseTriple(triple);
    const folder = join(directory, platformArchABI);
    renameSync(join(main, "npm", platformArchABI), folder);
    return completePlatform(folder, triple, addons[triple]);
  });
  rmSync(join(main, "npm"), { recursive: true });
  edit(main, (manifest) => {
    manifest.optionalDependencies = Object.fromEntries(platforms.map(nameAndVersion));
    stripDevFields(manifest);
  });
  const [emulator, cli] = ["emulator", "cli"].map((name) => workspace(name, directory));
  edit(cli, (manifest) => dependOn(manifest, main));
  const all = [...platforms, main, emulator, cli];
  if (repository)
    for (const folder of all) edit(folder, (manifest) => withRepository(manifest, repository));
  return all;
}

function workspace(name, directory) {
  const folder = copyPacked(name, join(directory, name));
  edit(folder, stripDevFields);
  copyFileSync(join(root, "LICENSE"), join(folder, "LICENSE"));
  return folder;
}

/** In the repository, the command line uses the main package around it. */
function dependOn(manifest, main) {
  const [name, version] = nameAndVersion(main);
  manifest.dependencies = { [name]: version, ...manifest.dependencies };
}

/** npm compares it with the repository in the provenance. */
function withRepository(manifest, repository) {
  manifest.repository = { type: "git", url: `git+${repository}.git` };
}

/** The files that npm would publish. */
function copyPacked(source, target) {
  const listed = npmOutput(["pack", "--dry-run", "--json"], { cwd: join(root, source) });
  if (!listed) throw new Failure(`npm pack failed in ${source}.`);
  for (const { path } of JSON.parse(listed)[0].files) {
    mkdirSync(dirname(join(target, path)), { recursive: true });
    copyFileSync(join(root, source, path), join(target, path));
  }
  return target;
}

function completePlatform(folder, triple, addon) {
  copyFileSync(addon, join(folder, basename(addon)));
  copyFileSync(join(root, "LICENSE"), join(folder, "LICENSE"));
  writeFileSync(join(folder, NOTICES), thirdPartyNotices(triple));
  edit(folder, (manifest) => {
    manifest.type = "commonjs";
    manifest.files.push(NOTICES);
    manifest.description = `The native addon of @archie/auth0-user-security for ${triple}.`;
  });
  return folder;
}

function stripDevFields(manifest) {
  for (const key of FOR_DEVELOPERS) delete manifest[key];
}

function nameAndVersion(folder) {
  const { name, version } = read(folder);
  return [name, version];
}

const read = (folder) => JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));

function edit(folder, change) {
  const manifest = read(folder);
  change(manifest);
  writeFileSync(join(folder, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
}
