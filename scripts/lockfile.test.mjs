// The lock files work on every platform, and reveal nothing about the machine that wrote them.

import assert from "node:assert/strict";
import { test } from "node:test";
import { readDocument } from "../test-support/repository.mjs";
import { lockfiles } from "./lib/install.mjs";
import { addHashes, addPlatforms, pathsWithoutHash, removeHosts } from "./lib/lock-file.mjs";

const OWN_CRATES = /^name = "auth0-user-security(-addon|-bench|-fuzz|-responder)?"$/m;
const CHECKED_CRATE =
  /^source = "registry\+https:\/\/github\.com\/rust-lang\/crates\.io-index"\nchecksum = "[0-9a-f]{64}"$/m;

for (const file of lockfiles()) {
  const { packages } = JSON.parse(readDocument(file));

  test(`${file}: every optional dependency is locked, whatever its platform (otherwise: npm run lock)`, () => {
    const wanted = Object.values(packages).flatMap(({ optionalDependencies = {} }) =>
      Object.keys(optionalDependencies),
    );
    const missing = wanted.filter((name) => !packages[`node_modules/${name}`]);
    assert.deepEqual(missing, []);
  });

  test(`${file}: every package has its hash (otherwise: npm run lock)`, () => {
    assert.deepEqual(pathsWithoutHash({ packages }), []);
    const hashes = Object.values(packages).flatMap(({ integrity = [] }) => integrity);
    assert.ok(hashes.length > 0);
    assert.deepEqual(
      hashes.filter((hash) => !/^sha512-[\w+/]{86}==$/.test(hash)),
      [],
    );
  });

  test(`${file}: packages come from the registry that the user configured`, () => {
    const elsewhere = Object.values(packages).filter(({ resolved, link }) => resolved && !link);
    assert.deepEqual(elsewhere, []);
  });
}

/** Lock files, and fewer crates than each of them has: a pattern that matches nothing checks nothing. */
const CRATES = { "Cargo.lock": 100, "bench/responder/Cargo.lock": 50, "fuzz/Cargo.lock": 100 };

for (const [file, fewest] of Object.entries(CRATES)) {
  test(`${file}: every crate comes from crates.io and has its hash`, () => {
    const entries = readDocument(file).split("[[package]]").slice(1);
    const crates = entries.filter((entry) => !OWN_CRATES.test(entry));
    assert.ok(crates.length > fewest);
    const unchecked = crates.filter((entry) => !CHECKED_CRATE.test(entry));
    assert.deepEqual(unchecked, []);
  });
}

test("npm run lock adds platforms and hashes, keeps existing entries, and removes hosts", () => {
  const lock = {
    packages: {
      "": { name: "own" },
      member: { version: "1.0.0" },
      "node_modules/member": { resolved: "member", link: true },
      "node_modules/tool": {
        version: "2.0.0",
        resolved: "https://registry.invalid/tool.tgz",
        integrity: "sha512-kept",
        optionalDependencies: { "@tool/linux-x64-musl": "2.0.0", other: "npm:real@3.0.0" },
      },
      "node_modules/tool/node_modules/part": { version: "4.0.0", inBundle: true },
    },
  };
  assert.equal(addPlatforms(lock), 2);
  assert.equal(
    addHashes(lock, (id) => `sha512-${id}`),
    2,
  );
  removeHosts(lock);
  const { packages } = lock;
  assert.deepEqual(packages["node_modules/@tool/linux-x64-musl"], {
    version: "2.0.0",
    integrity: "sha512-@tool/linux-x64-musl@2.0.0",
    cpu: ["x64"],
    libc: ["musl"],
    optional: true,
    os: ["linux"],
  });
  const { name, version, integrity } = packages["node_modules/other"];
  assert.deepEqual([name, version, integrity], ["real", "3.0.0", "sha512-real@3.0.0"]);
  assert.equal(packages["node_modules/tool"].integrity, "sha512-kept");
  assert.doesNotMatch(JSON.stringify(lock), /https:/);
  assert.deepEqual(packages["node_modules/member"], { resolved: "member", link: true });
});

test("npm run lock rejects a platform whose version is a range", () => {
  const packages = { "node_modules/tool": { optionalDependencies: { fsevents: "~2.3.2" } } };
  assert.throws(() => addPlatforms({ packages }), /fsevents is wanted as ~2\.3\.2/);
});

test("no package that the project is built with has an install script", () => {
  const { packages } = JSON.parse(readDocument("package-lock.json"));
  const running = Object.keys(packages).filter((path) => packages[path].hasInstallScript);
  assert.deepEqual(running, []);
});

test("the addon has no dependencies and runs no code on installation", () => {
  const { dependencies, optionalDependencies, scripts } = JSON.parse(readDocument("package.json"));
  assert.deepEqual([dependencies, optionalDependencies], [undefined, undefined]);
  assert.deepEqual(
    Object.keys(scripts).filter((name) => /install|^prepare$/.test(name)),
    [],
  );
});
