// Which cores clients and the responder run on.

import { spawnSync } from "node:child_process";

/**
 * One for the responder, and all others. Undefined if there is only one, or if the system cannot
 * pin processes.
 */
export const CORES = assigned();

function assigned() {
  const own = ["-cp", String(process.pid)];
  const { status, stdout } = spawnSync("taskset", own, { encoding: "utf8" });
  if (status !== 0) return undefined;
  const [first, responder, ...rest] = coresIn(stdout.split(": ").at(-1).trim());
  return responder === undefined ? undefined : { responder, clients: [first, ...rest] };
}

/** @param {string} list such as `0-3,8` */
export function coresIn(list) {
  return list.split(",").flatMap((range) => {
    const [first, last = first] = range.split("-").map(Number);
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });
}

/** The same command on these cores; undefined stands for all. */
export function pinned(cores, command, args) {
  if (cores === undefined) return [command, args];
  return ["taskset", ["-c", cores.join(","), command, ...args]];
}
