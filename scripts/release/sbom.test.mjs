// The SBOMs list what cargo and npm say is in the packages, whatever the platform.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { npmOutput, outputOf, root } from "../lib/process.mjs";
import { writeCycloneDx } from "./cyclonedx.mjs";
import { writeAddonSbom, writeWorkspaceSbom } from "./sbom.mjs";
import { TARGETS } from "./targets.mjs";

function folder(t) {
  const directory = mkdtempSync(join(tmpdir(), "sbom-"));
  t.after(() => rmSync(directory, { recursive: true }));
  return directory;
}

async function sbomOf(t, triple) {
  const directory = folder(t);
  const addon = join(directory, "an-addon.node");
  writeFileSync(addon, "an addon");
  return readFileSync(await writeAddonSbom(triple, addon, directory), "utf8");
}

/** `name@version` of the crates that cargo would link. */
function cratesOf(triple) {
  const options = ["--edges=normal,no-proc-macro", "--prefix=none", "--format={p}"];
  const printed = outputOf("cargo", ["tree", "--locked", `--target=${triple}`, ...options]);
  const crates = printed.trim().split("\n").slice(1);
  return [...new Set(crates.map((line) => line.replace(/^(\S+) v(\S+).*$/, "$1@$2")))].sort();
}

for (const triple of TARGETS) {
  test(`${triple}: every crate in the addon is listed, with licence and checksum`, async (t) => {
    const { components } = JSON.parse(await sbomOf(t, triple));
    const crates = components.filter(({ purl }) => purl?.startsWith("pkg:cargo/"));
    const names = crates.map(({ name, version }) => `${name}@${version}`);
    assert.deepEqual(names.sort(), cratesOf(triple));
    for (const { name, licenses, hashes } of components) {
      assert.ok(licenses.length === 1 && hashes.length === 1, name);
    }
  });
}

test("every crate can be reached from the package through its dependencies", async (t) => {
  const { metadata, components, dependencies } = JSON.parse(await sbomOf(t, TARGETS[0]));
  const found = new Set();
  const visit = (ref) => {
    if (found.has(ref)) return;
    found.add(ref);
    dependencies.find((entry) => entry.ref === ref).dependsOn?.forEach(visit);
  };
  visit(metadata.component["bom-ref"]);
  assert.equal(found.size, components.length + 1);
});

test("the same sources result in the same SBOM, without paths of this machine", async (t) => {
  const list = await sbomOf(t, TARGETS[0]);
  assert.equal(await sbomOf(t, TARGETS[0]), list);
  assert.ok(!list.includes(root));
});

for (const [workspace, published] of Object.entries({
  emulator: "@archie/auth0-tenant-emulator",
  cli: "@archie/auth0-user-security-cli",
})) {
  test(`every dependency of ${published} is listed, with licence and checksum`, async (t) => {
    const path = await writeWorkspaceSbom(workspace, folder(t));
    const { metadata, components } = JSON.parse(readFileSync(path, "utf8"));
    // npm may install a package in two places.
    const names = new Set(components.map(({ name, version }) => `${name}@${version}`));
    assert.deepEqual([...names].sort(), packagesOf(workspace, published));
    assert.equal(metadata.component.name, published);
    for (const { name, licenses, hashes } of components) {
      assert.equal(licenses.length, 1, name);
      // What is released together has no checksum yet.
      assert.equal(hashes?.length ?? 0, name === "@archie/auth0-tenant-emulator" ? 0 : 1, name);
    }
  });
}

/** An optional peer of some packages, which is installed here for other reasons. */
const DEVELOPERS_ONLY = "@types/node";

function packagesOf(workspace, published) {
  const options = [
    ...[`--workspace=${workspace}`, "--omit=dev", "--all", "--json"],
    "--package-lock-only",
  ];
  const tree = JSON.parse(npmOutput(["ls", ...options]));
  const flat = ({ dependencies = {} }) =>
    Object.entries(dependencies)
      .filter(([name]) => name !== DEVELOPERS_ONLY)
      .flatMap(([name, dependency]) => [`${name}@${dependency.version}`, ...flat(dependency)]);
  return [...new Set(flat(tree.dependencies[published]))].sort();
}

test("an SBOM that is not valid CycloneDX is rejected", async (t) => {
  const part = { id: "a", name: "a", version: "1".repeat(2000) };
  const path = join(folder(t), "a.cdx.json");
  await assert.rejects(writeCycloneDx(path, part, []), /would be no CycloneDX/);
});
