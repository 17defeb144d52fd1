// Runs programs without blocking this process, which serves the registry that they use.

import { execFile } from "node:child_process";
import { Failure } from "../lib/process.mjs";

/** Resolves to what a program printed; if it fails, the failure shows that output. */
export function output(command, args, options) {
  return new Promise((resolve, reject) => {
    execFile(
      command,
      args,
      { maxBuffer: 64 * 1024 * 1024, ...options },
      (error, stdout, stderr) => {
        if (!error) return resolve(stdout);
        const what = [command, ...args].join(" ");
        reject(
          new Failure(`${what} failed in ${options.cwd}:\n${stdout}${stderr || error.message}`),
        );
      },
    );
  });
}
