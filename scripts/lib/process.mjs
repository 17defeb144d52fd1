// Starts programs, and distinguishes failures that the user can fix from defects of these scripts.

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../../", import.meta.url));

/** A failure that the user can fix: only its message is shown. */
export class Failure extends Error {}

const MAX_OUTPUT = 64 * 1024 * 1024;

/** Runs a program with its output shown, and fails unless it succeeds. */
export function run(command, args, options = {}) {
  const { error, status, signal, stdout } = spawnSync(command, args, {
    cwd: root,
    stdio: "inherit",
    ...options,
  });
  if (stdout) process.stdout.write(stdout);
  if (error) throw new Failure(`${command} could not be started: ${error.message}`);
  if (status !== 0) throw new Failure(`${command} ended with ${signal ?? `exit code ${status}`}.`);
  return stdout;
}

/** The same, but the output is shown once the program has ended, and returned. */
export function runAndRead(command, args, options = {}) {
  const stdio = ["inherit", "pipe", "inherit"];
  return run(command, args, { stdio, encoding: "utf8", maxBuffer: MAX_OUTPUT, ...options });
}

/** The output of a program, or undefined if it is missing or fails. */
export function outputOf(command, args, options = {}) {
  const { error, status, stdout } = spawnSync(command, args, {
    cwd: root,
    encoding: "utf8",
    maxBuffer: MAX_OUTPUT,
    ...options,
  });
  return error || status !== 0 ? undefined : stdout;
}

/** Runs a command of an installed package; `from` is the folder it is installed in. */
export function runTool(packageName, command, args, { from = ".", ...options } = {}) {
  const directory = join(root, from, "node_modules", packageName);
  const { bin } = JSON.parse(readFileSync(join(directory, "package.json"), "utf8"));
  run(process.execPath, [join(directory, bin[command]), ...args], options);
}

export function runNpm(args, options = {}) {
  withNpm(run, args, options);
}

export function npmOutput(args, options = {}) {
  return withNpm(outputOf, args, options);
}

/**
 * Uses the npm that started this script, if any.
 * @template T
 * @param {(command: string, args: string[], options: object) => T} start
 * @returns {T}
 */
export function withNpm(start, args, options = {}) {
  const npm = process.env.npm_execpath;
  if (npm) return start(process.execPath, [npm, ...args], options);
  return start("npm", args, { shell: process.platform === "win32", ...options });
}

/** Runs a script's main function. */
export async function main(action) {
  try {
    await action(process.argv.slice(2));
  } catch (error) {
    console.error(error instanceof Failure ? `\n✗ ${error.message}` : error);
    process.exitCode = 1;
  }
}
