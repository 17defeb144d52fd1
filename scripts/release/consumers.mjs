// Installs and uses the packages as their users do: in empty folders, without Rust, and without running
// any install script.

import {
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { codeBlocks, quickStartProgram } from "../../test-support/markdown.mjs";
import { Failure, root } from "../lib/process.mjs";
import { output } from "./command.mjs";

const PACKAGES = ["@archie/auth0-user-security", "@archie/auth0-tenant-emulator"];
const TOOLS = join(root, "scripts/release/node_modules");
const TSC = join(root, "node_modules/typescript/bin/tsc");

/** @type {Record<string, (project: Project) => string[]>} the arguments of Node.js that install both */
const INSTALLERS = {
  npm: () => [npmScript(), "install", "--ignore-scripts", "--no-audit", "--no-fund", ...PACKAGES],
  pnpm: () => [binOf("pnpm", "pnpm"), "add", "--ignore-scripts", ...PACKAGES],
  yarn: () => [binOf("@yarnpkg/cli-dist", "yarn"), "add", ...PACKAGES],
};

/** The README's first example, in each of the ways in which programs import. */
const PROGRAMS = {
  CommonJS: { file: "use.cts", runs: "use.cjs" },
  "ES modules": { file: "use.mts", runs: "use.mjs" },
  TypeScript: { file: "use.ts", runs: "use.js" },
};

/**
 * @param {string} directory
 * @param {string} registry
 * @param {Record<string, string>} credentials variables of a tenant
 */
export async function useEverywhere(directory, registry, credentials) {
  for (const [name, installer] of Object.entries(INSTALLERS)) {
    const project = projectIn(join(directory, name), registry, credentials);
    await output(process.execPath, installer(), project);
    for (const [kind, program] of Object.entries(PROGRAMS)) await use(project, name, kind, program);
    await restartWorkers(project, name);
  }
}

/** Only the addon of a release has its own allocator, which must survive that the thread which loaded it has ended. */
async function restartWorkers(project, name) {
  writeFileSync(join(project.cwd, "workers.mjs"), WORKERS);
  const printed = await output(process.execPath, ["workers.mjs"], project);
  if (printed !== "30\n")
    throw new Failure(`${name}, worker threads: the program printed ${printed}`);
  console.log(`✓ ${name}: worker threads load the addon one after another.`);
}

const WORKERS = `
import { once } from "node:events";
import { Worker } from "node:worker_threads";

const use = \`
  const { parentPort } = require("node:worker_threads");
  const { Auth0UserSecurityService } = require("@archie/auth0-user-security");
  const service = Auth0UserSecurityService.fromEnv();
  for (let i = 0; i < 20; i += 1) service.findUserSessions("auth0|nobody").catch(() => {});
  parentPort.postMessage("started");
\`;
let ended = 0;
for (; ended < 30; ended += 1) {
  const worker = new Worker(use, { eval: true });
  await once(worker, "message");
  await worker.terminate();
}
console.log(ended);
`;

async function use(project, name, kind, { file, runs }) {
  writeFileSync(join(project.cwd, file), readmeProgram());
  await output(process.execPath, [TSC, ...COMPILE, file], project);
  const printed = await output(process.execPath, [runs], project);
  if (!printed.startsWith("Desktop\nChrome 120.0.0\nWindows 10\n")) {
    throw new Failure(`${name}, ${kind}: the README's example printed ${printed}`);
  }
  console.log(`✓ ${name}, ${kind}: the README's first example lists the sessions.`);
}

const COMPILE = [
  ...[
    "--ignoreConfig",
    "--strict",
    "--module",
    "nodenext",
    "--target",
    "es2022",
    "--lib",
    "es2022",
  ],
  ...["--types", "node", "--typeRoots", join(root, "node_modules/@types")],
];

/** Wrapped in a function, because CommonJS has no top-level `await`. */
function readmeProgram() {
  const blocks = codeBlocks(readFileSync(join(root, "README.md"), "utf8"));
  const { code } = blocks.find(({ language }) => language === "ts");
  const [imports, rest] = code.split(/\n\n(.*)/s);
  return `${imports}\n\nasync function main() {\n${rest}\n}\n\nvoid main();\n`;
}

/** Follows the README's instructions for published packages, in an empty folder. */
export async function quickStart(directory, registry) {
  const project = projectIn(directory, registry, {}, { isEmpty: true });
  const start = Date.now();
  for (const command of publishedInstalls()) await output("sh", ["-ec", command], project);
  writeFileSync(join(project.cwd, "first.mjs"), quickStartProgram());
  const printed = await output("node", ["first.mjs"], project);
  if (!/\d other sessions were revoked\./.test(printed)) {
    throw new Failure(`The quick start printed ${printed}`);
  }
  const seconds = (Date.now() - start) / 1000;
  console.log(`✓ From an empty folder to the first result: ${seconds.toFixed(1)} s.`);
  return join(project.cwd, "node_modules");
}

function publishedInstalls() {
  const readme = readFileSync(join(root, "README.md"), "utf8");
  return readme.match(/\bnpm install (?:-D )?@archie\/[\w-]+/g) ?? [];
}

/** In bytes, of all files of the library and its addon. */
export function installedSize(modules) {
  const names = readdirSync(join(modules, "@archie")).filter((name) =>
    name.includes("user-security"),
  );
  return names.reduce((sum, name) => sum + sizeOf(join(modules, "@archie", name)), 0);
}

function sizeOf(path) {
  const found = statSync(path);
  if (!found.isDirectory()) return found.size;
  return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0);
}

/** A folder and an environment without caches, settings and Rust. */
function projectIn(directory, registry, variables, { isEmpty = false } = {}) {
  const [cwd, home, path] = ["project", "home", "bin"].map((name) => join(directory, name));
  for (const folder of [cwd, home, path]) mkdirSync(folder, { recursive: true });
  for (const [name, target] of Object.entries(programs())) symlinkSync(target, join(path, name));
  if (!isEmpty) {
    writeFileSync(join(cwd, "package.json"), JSON.stringify({ private: true, type: "module" }));
    writeFileSync(join(cwd, ".yarnrc.yml"), YARN);
    writeFileSync(join(cwd, "yarn.lock"), "");
  }
  const env = {
    ...{ PATH: path, HOME: home, TMPDIR: process.env.TMPDIR, CI: "true" },
    ...{
      npm_config_registry: registry,
      pnpm_config_registry: registry,
      YARN_NPM_REGISTRY_SERVER: registry,
    },
    ...variables,
  };
  return { cwd, env };
}

/**
 * Yarn's Plug'n'Play creates no node_modules in which a compiler finds types, and Yarn rejects packages that
 * were just published.
 */
const YARN = `nodeLinker: node-modules
npmMinimalAgeGate: 0
enableScripts: false
enableTelemetry: false
enableImmutableInstalls: false
unsafeHttpWhitelist: ["127.0.0.1"]
`;

function programs() {
  return { node: process.execPath, npm: npmScript(), sh: "/bin/sh", cat: "/bin/cat" };
}

function npmScript() {
  return process.env.npm_execpath;
}

function binOf(name, command) {
  const { bin } = JSON.parse(readFileSync(join(TOOLS, name, "package.json"), "utf8"));
  return join(TOOLS, name, typeof bin === "string" ? bin : bin[command]);
}
