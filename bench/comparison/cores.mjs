// Which cores clients and the responder run on.

import { spawnSync } from "node:child_process";

/**
 * One for each, and all those that the responder does not use. Undefined if there is only one, or if the system cannot
 * pin processes.
 */
export const CORES = assigned();

function assigned() {
  const own = ["-cp", String(process.pid)];
  const { status, stdout } = spawnSync("taskset", own, { encoding: "utf8" });
  if (status !== 0) return undefined;
  const [client, responder, ...rest] = coresIn(stdout.split(": ").at(-1).trim());
  return responder === undefined ? undefined : { client, responder, clients: [client, ...rest] };
}

/** @param {string} list such as `0-3,8` */
export function coresIn(list) {
  return list.split(",").flatMap((range) => {
    const [first, last = first] = range.split("-").map(Number);
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });
}

/** The same command on these cores; undefined ones stand for all. */
export function pinned(cores, command, args) {
  if (cores.includes(undefined)) return [command, args];
  return ["taskset", ["-c", cores.join(","), command, ...args]];
}
