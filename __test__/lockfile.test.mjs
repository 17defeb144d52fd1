// The lock files serve every platform, and tell nothing about the machine that wrote them.

import assert from "node:assert/strict";
import { test } from "node:test";
import { lockfiles } from "../scripts/lib/install.mjs";
import { readDocument } from "./support/consumer.mjs";

for (const file of lockfiles()) {
  const { packages } = JSON.parse(readDocument(file));

  test(`${file}: every optional dependency is locked, whatever its platform (otherwise: npm run lock)`, () => {
    const wanted = Object.values(packages).flatMap(({ optionalDependencies = {} }) =>
      Object.keys(optionalDependencies),
    );
    const missing = wanted.filter((name) => !packages[`node_modules/${name}`]);
    assert.deepEqual(missing, []);
  });

  test(`${file}: packages come from the registry that the user configured`, () => {
    const elsewhere = Object.values(packages).filter(({ resolved, link }) => resolved && !link);
    assert.deepEqual(elsewhere, []);
  });
}

test("no package that the project is built with runs a script when it is installed", () => {
  const { packages } = JSON.parse(readDocument("package-lock.json"));
  const running = Object.keys(packages).filter((path) => packages[path].hasInstallScript);
  assert.deepEqual(running, []);
});

test("the addon brings nothing along and runs nothing when it is installed", () => {
  const { dependencies, optionalDependencies, scripts } = JSON.parse(readDocument("package.json"));
  assert.deepEqual([dependencies, optionalDependencies], [undefined, undefined]);
  assert.deepEqual(
    Object.keys(scripts).filter((name) => /install|^prepare$/.test(name)),
    [],
  );
});
