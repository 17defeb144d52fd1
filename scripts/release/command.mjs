// Starts programs while this one goes on, as it must when it serves them.

import { execFile } from "node:child_process";
import { Failure } from "../lib/process.mjs";

/** What a program printed; one that fails is a failure that shows it. */
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
