// The GitHub workflows build what package.json promises, run only what exists, and have few permissions.

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { load } from "js-yaml";
import { readDocument } from "../../test-support/repository.mjs";
import { TEST_FOLDERS } from "../lib/node-tests.mjs";
import { root } from "../lib/process.mjs";
import { TARGETS } from "../release/targets.mjs";

const FILES = ["ci.yml", "release.yml"].map((name) => `.github/workflows/${name}`);
const workflows = Object.fromEntries(FILES.map((file) => [file, load(readDocument(file))]));
const [ci, release] = Object.values(workflows);
const { scripts } = JSON.parse(readDocument("package.json"));

const jobsOf = (workflow) => Object.entries(workflow.jobs);
const stepsOf = (workflow) => jobsOf(workflow).flatMap(([, { steps }]) => steps);
const commandsOf = ({ steps }) => steps.map(({ run = "" }) => run).join("\n");

const EXACT = /^\d+\.\d+\.\d+$/;

/** What jobs may write, beyond reading the sources. */
const MAY_WRITE = {
  "release.yml publish": ["id-token", "attestations"],
  "release.yml notes": ["contents"],
};

test("every addon is built once, tested and passed on", () => {
  const { strategy, steps } = release.jobs.build;
  const built = strategy.matrix.include.map(({ target }) => target);
  assert.deepEqual(built, TARGETS);
  const commands = commandsOf({ steps });
  assert.match(commands, /^npm run release:build -- \$\{\{ matrix\.target \}\}$/m);
  assert.match(commands, /rustup toolchain install .*--target \$\{\{ matrix\.target \}\}$/m);
  const tried = steps
    .filter(({ run }) => run?.includes("examples/demo.mjs"))
    .map((step) => step.if);
  assert.deepEqual(tried, ["!matrix.image", "matrix.image"]);
});

test("each addon is built where it can be loaded", () => {
  for (const { target, runner, image } of release.jobs.build.strategy.matrix.include) {
    const system = { linux: "ubuntu", apple: "macos", pc: "windows" }[
      /linux|apple|pc/.exec(target)[0]
    ];
    assert.ok(runner.startsWith(system), target);
    assert.equal(Boolean(image?.includes("-alpine")), target.endsWith("musl"), target);
    if (system === "macos") assert.equal(runner.endsWith("-intel"), /^x86_64/.test(target), target);
    if (system === "ubuntu") assert.equal(runner.endsWith("-arm"), /^aarch64/.test(target), target);
  }
});

test("packages of all targets are created from the built addons, with the version of the tag", () => {
  const { needs, steps } = release.jobs.pack;
  assert.equal(needs, "build");
  assert.match(commandsOf({ steps }), /^npm run release:pack -- --tag="\$GITHUB_REF_NAME"$/m);
  assert.doesNotMatch(commandsOf({ steps }), /--partial/);
  const [from, to] = ["upload", "download"].map(
    (direction) =>
      [...release.jobs.build.steps, ...steps].find(({ uses }) =>
        uses?.startsWith(`actions/${direction}-artifact@`),
      ).with,
  );
  assert.equal(from.name.replace(/\$\{\{ matrix\.target \}\}/, "*"), to.pattern);
  assert.equal(to.path, "dist/addons");
});

test("an action is pinned to the same commit everywhere", () => {
  const uses = Object.values(workflows)
    .flatMap(stepsOf)
    .flatMap((step) => step.uses ?? []);
  const names = new Set(uses.map((action) => action.split("@")[0]));
  assert.equal(new Set(uses).size, names.size);
});

test("the Rust of CI is an exact version, and no older than Cargo.toml requires", () => {
  const version = readDocument(".ci/rust-version").trim();
  assert.match(version, EXACT);
  const oldest = /^rust-version = "1\.(\d+)"$/m.exec(readDocument("Cargo.toml"))[1];
  assert.ok(Number(version.split(".")[1]) >= Number(oldest));
  assert.match(readDocument(".ci/run"), /^RUSTUP_TOOLCHAIN=\$\(cat \.ci\/rust-version\)$/m);
  assert.ok(
    !existsSync(join(root, "rust-toolchain.toml")),
    "it would apply to everyone who builds",
  );
});

test("CI runs every check", () => {
  const { steps } = ci.jobs.everything;
  const step = steps.find(({ run }) => run === "bash .ci/run");
  assert.deepEqual(step.env, { CI: "true" });
  assert.ok(existsSync(join(root, ".ci/run")));
});

for (const [file, workflow] of Object.entries(workflows)) {
  test(`${file}: scripts and programs that it names exist`, () => {
    const text = stepsOf(workflow)
      .map(({ run = "" }) => run)
      .join("\n");
    for (const [, name] of text.matchAll(/npm run (\S+)/g)) assert.ok(scripts[name], name);
    for (const [, path] of text.matchAll(/(?:node|bash) (\S+\/\S+?)'?$/gm)) {
      assert.ok(existsSync(join(root, path)), path);
    }
    const groups = [...readDocument("scripts/test.mjs").matchAll(/group: "(\w+)"/g)];
    const known = [...groups.map(([, group]) => group), ...Object.keys(TEST_FOLDERS)];
    for (const [, wanted] of text.matchAll(/npm test -- (.+)$/gm)) {
      for (const group of wanted.split(" ")) assert.ok(known.includes(group), group);
    }
  });

  test(`${file}: every action is pinned to a commit, with its version in a comment`, () => {
    const uses = stepsOf(workflow).flatMap((step) => step.uses ?? []);
    assert.ok(uses.length > 0);
    const lines = readDocument(file).match(/\buses: .*$/gm);
    assert.equal(lines.length, uses.length);
    for (const line of lines) {
      assert.match(line, /^uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    }
  });

  test(`${file}: Node.js is an exact version, and images have a digest`, () => {
    const setUps = stepsOf(workflow).filter(({ uses }) => uses?.startsWith("actions/setup-node@"));
    for (const { with: options } of setUps) assert.match(options["node-version"], EXACT);
    const images = JSON.stringify(workflow).match(/"image":"[^"]*"/g) ?? [];
    for (const image of images) assert.match(image, /:\d+\.\d+\.\d+-[^@]*@sha256:[0-9a-f]{64}"$/);
  });

  test(`${file}: Rust is the version of .ci/rust-version`, () => {
    const commands = stepsOf(workflow).flatMap(({ run = "" }) => run.match(/^rustup .*$/gm) ?? []);
    assert.ok(commands.length > 0);
    for (const command of commands) {
      assert.match(command, /^rustup (toolchain install|default) "\$\(cat \.ci\/rust-version\)"/);
    }
  });

  test(`${file}: nothing is downloaded without a hash`, () => {
    const commands = stepsOf(workflow).map(({ run = "" }) => run);
    for (const command of commands) {
      assert.doesNotMatch(command, /\b(curl|wget|npx|npm (i|install|exec)|pip|cargo install)\b/);
    }
  });

  test(`${file}: jobs may read the sources, and write only what they need to`, () => {
    for (const [name, job] of jobsOf(workflow)) {
      const { contents, ...others } = job.permissions ?? workflow.permissions;
      const may = MAY_WRITE[`${file.split("/").at(-1)} ${name}`] ?? [];
      const writes = Object.entries({ contents, ...others }).filter(
        ([, right]) => right !== "read",
      );
      assert.deepEqual(
        Object.fromEntries(writes),
        Object.fromEntries(may.map((k) => [k, "write"])),
      );
    }
  });

  test(`${file}: a checkout does not persist credentials`, () => {
    const checkouts = stepsOf(workflow).filter(({ uses }) => uses?.startsWith("actions/checkout@"));
    for (const { with: options } of checkouts) assert.equal(options["persist-credentials"], false);
  });

  test(`${file}: commands contain no untrusted input and no secret`, () => {
    const commands = stepsOf(workflow).map(({ run = "" }) => run);
    const inserted = commands.flatMap((run) => run.match(/\$\{\{.*?\}\}/g) ?? []);
    for (const expression of inserted) assert.match(expression, /^\$\{\{ matrix\.\w+ \}\}$/);
  });
}

test("the job that may publish runs no code of the repository or of packages, and a maintainer approves it", () => {
  const { environment, steps } = release.jobs.publish;
  assert.equal(environment, "npm");
  assert.ok(steps.every(({ uses }) => !uses?.startsWith("actions/checkout@")));
  assert.doesNotMatch(commandsOf({ steps }), /npm (ci|install|run)|npx|\bnode /);
  assert.match(commandsOf({ steps }), /npm publish .*--provenance/);
});

test("only the step that publishes gets the secret", () => {
  const withSecrets = FILES.flatMap((file) => stepsOf(workflows[file])).filter((step) =>
    JSON.stringify(step).includes("secrets."),
  );
  assert.deepEqual(
    withSecrets.map(({ name }) => name),
    ["Publish"],
  );
});
