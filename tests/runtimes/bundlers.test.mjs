// The guide's recipes work as written; a bundle that includes the package reports that when it runs.

import assert from "node:assert/strict";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { PEOPLE } from "@archie/auth0-tenant-emulator";
import { configOf } from "../../test-support/child.mjs";
import { directoryOf } from "../../test-support/installed.mjs";
import { codeBlocks } from "../../test-support/markdown.mjs";
import { readDocument } from "../../test-support/repository.mjs";
import { sharedTenant } from "../../test-support/service.mjs";
import { projectIn, runIn } from "./runtimes.mjs";

const NAME = "@archie/auth0-user-security";
const MODULES = fileURLToPath(new URL("node_modules", import.meta.url));
const TOOLS = ["esbuild", "rollup", "webpack"].concat(
  ["commonjs", "json", "node-resolve"].map((plugin) => `@rollup/plugin-${plugin}`),
);
const thisNode = { command: process.execPath, args: [] };

const guide = codeBlocks(readDocument("docs/guides/runtimes-and-bundlers.md"));
const recipe = (bundler) => guide.find(({ heading }) => heading === bundler).code;

/** How a configuration is run, and how users hide the addon from the bundler instead of excluding the package. */
const BUNDLERS = {
  esbuild: {
    driver: 'import "./config.mjs";',
    output: "dist/server.mjs",
    swallows: [
      'loader: { ".node": "file" }',
      'loader: { ".node": "empty" }',
      'external: ["*.node"]',
    ],
  },
  Rollup: {
    driver: `
      import { rollup } from "rollup";
      import config from "./config.mjs";
      await (await rollup({ ...config, logLevel: "silent" })).write(config.output);
    `,
    output: "dist/server.mjs",
    swallows: ["external: [/\\.node$/]"],
  },
  webpack: {
    driver: `
      import webpack from "webpack";
      import config from "./config.mjs";
      webpack(config, (error, stats) => {
        if (error || (stats.hasErrors() && config.mode === "production")) {
          throw error ?? new Error(stats.toString());
        }
      });
    `,
    output: "dist/server.cjs",
    swallows: [
      'module: { rules: [{ test: /\\.node$/, type: "asset/resource" }] }',
      'module: { rules: [{ test: /\\.node$/, type: "asset/resource" }] }, node: { __filename: true }',
    ],
  },
};

const tenant = await sharedTenant();

/** Bundles the program by a configuration and runs it; returns what it printed. */
async function runBundle(t, bundler, config, output = BUNDLERS[bundler].output) {
  const project = projectIn(directoryOf(t));
  for (const name of TOOLS) {
    const link = join(project, "node_modules", name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(MODULES, name), link, "junction");
  }
  writeFileSync(join(project, "config.mjs"), config);
  writeFileSync(join(project, "build.mjs"), BUNDLERS[bundler].driver);
  const built = await runIn(thisNode, project, "build.mjs", {});
  assert.deepEqual([built.code, built.stdout], [0, ""], built.stderr);
  const input = { config: configOf(tenant), ada: PEOPLE.ada };
  const { code, stdout, stderr } = await runIn(thisNode, project, output, input);
  assert.deepEqual([code, stderr], [0, ""]);
  return JSON.parse(stdout);
}

/** Asserts the error for a bundled package: it names the fix for each bundler. */
function assertExplained({ name, code, message }) {
  assert.deepEqual([name, code], ["Auth0UserSecurityError", "ERR_NATIVE_ADDON"]);
  assert.match(message, /was bundled.* Leave it out of the bundle/);
  for (const bundler of ["esbuild", "Rollup", "webpack", "Next.js"]) {
    assert.ok(message.includes(bundler), bundler);
  }
  for (const option of [`external: ["${NAME}"]`, `serverExternalPackages: ["${NAME}"]`]) {
    assert.ok(message.includes(option), option);
  }
  assert.ok(message.includes(/externals: .* \}/.exec(recipe("webpack"))[0]));
}

/** The recipe with other lines in place of the option that excludes the package. */
function without(bundler, other) {
  const lines = recipe(bundler).split("\n");
  const at = lines.findIndex((line) => /^ {2}externals?:/.test(line));
  assert.ok(at > 0);
  return lines.with(at, `  ${other},`).join("\n");
}

for (const [bundler, { swallows }] of Object.entries(BUNDLERS)) {
  test(`${bundler}: the guide's recipe produces a working bundle`, async (t) => {
    assert.deepEqual(await runBundle(t, bundler, recipe(bundler)), [5, true]);
  });

  for (const other of swallows) {
    test(`${bundler}: a bundle built with "${other}" says how to exclude the package`, async (t) => {
      assertExplained(await runBundle(t, bundler, without(bundler, other)));
    });
  }
}

test("webpack: a bundle that was written despite errors says the same", async (t) => {
  const config = without("webpack", "devtool: false").replace("production", "development");
  assertExplained(await runBundle(t, "webpack", config));
});

test("the guide's setting for Next.js names the package", async (t) => {
  const file = join(directoryOf(t), "next.config.mjs");
  writeFileSync(file, recipe("Next.js"));
  const { default: config } = await import(pathToFileURL(file));
  assert.deepEqual(config, { serverExternalPackages: [NAME] });
});
