// npm run release:pack: creates the packages to publish from the addons in dist/addons.
//
//   npm run release:pack                  with the addons of all targets
//   npm run release:pack -- --partial     with those that exist
//   npm run release:pack -- --tag=v1.2.3  only if every file that states the version states this one

import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import { installDependencies } from "../lib/install.mjs";
import { Failure, main, npmOutput, root } from "../lib/process.mjs";
import { requireNode, requireRust } from "../lib/toolchain.mjs";
import { checkAddon } from "./check-addon.mjs";
import { layOut } from "./packages.mjs";
import { writeAddonSbom, writeWorkspaceSbom } from "./sbom.mjs";
import { builtAddons, requireAll } from "./targets.mjs";
import { requireVersion } from "./versions.mjs";

const DIST = join(root, "dist");
const TARBALLS = join(DIST, "tarballs");
/** Lines of `name@version` and a file, in the order in which they are published: the addons first. */
const ORDER = join(TARBALLS, "publish-order.txt");

main(async (args) => {
  const { partial, tag } = options(args);
  if (tag !== undefined) requireVersion(tag);
  const addons = builtAddons();
  if (!partial) requireAll(addons);
  if (Object.keys(addons).length === 0) throw new Failure("There is no addon in dist/addons.");
  requireNode();
  requireRust();
  installDependencies("scripts/release");
  for (const path of Object.values(addons)) checkAddon(path);
  for (const [triple, path] of Object.entries(addons)) log(await writeAddonSbom(triple, path));
  for (const workspace of ["emulator", "cli"]) log(await writeWorkspaceSbom(workspace));
  rmSync(TARBALLS, { recursive: true, force: true });
  mkdirSync(TARBALLS);
  const tarballs = layOut(join(DIST, "packages"), addons, repository()).map(pack);
  writeFileSync(ORDER, tarballs.map(({ id, filename }) => `${id} ${filename}\n`).join(""));
  for (const { filename } of tarballs) log(join(TARBALLS, filename));
});

function options(args) {
  try {
    return parseArgs({ args, options: { partial: { type: "boolean" }, tag: { type: "string" } } })
      .values;
  } catch (error) {
    throw new Failure(error.message);
  }
}

/** From the environment of GitHub Actions; packages built elsewhere name no repository. */
function repository() {
  const { GITHUB_SERVER_URL, GITHUB_REPOSITORY } = process.env;
  return GITHUB_REPOSITORY && `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}`;
}

function pack(folder) {
  const packed = npmOutput(["pack", "--json", `--pack-destination=${TARBALLS}`], { cwd: folder });
  if (!packed) throw new Failure(`npm pack failed in ${folder}.`);
  return JSON.parse(packed)[0];
}

function log(path) {
  console.log(`✓ ${relative(root, path)}`);
}
