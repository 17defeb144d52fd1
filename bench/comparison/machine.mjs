// What the figures were measured on.

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { cpus, release, totalmem, type } from "node:os";
import { CORES } from "./cores.mjs";

const manifest = (path) => JSON.parse(readFileSync(new URL(path, import.meta.url), "utf8"));

/** The date, the machine and the versions, as a list. */
export function setting() {
  const { name, version } = manifest("../../package.json");
  const { dependencies } = manifest("package.json");
  const others = Object.entries(dependencies).filter(([dependency]) => dependency !== "echarts");
  const versions = others.map(([dependency, exact]) => `${dependency} ${exact}`);
  const rows = [
    ["Date", new Date().toISOString().slice(0, 10)],
    ["Processor", `${cpus()[0]?.model.trim() ?? "unknown"}, ${cpus().length} cores`],
    ["Memory", `${Math.round(totalmem() / 2 ** 30)} GB`],
    ["System", `${type()} ${numbersOf(release())}, ${process.arch}`],
    ["Cores", CORES ? "one for the responder, all for the client" : "not pinned"],
    ["Node.js", `${process.versions.node}, whose fetch is undici ${process.versions.undici}`],
    ["Rust", execFileSync("rustc", ["--version"], { encoding: "utf8" }).split(" ")[1]],
    ["This package", `${name} ${version}`],
    ["Others", versions.join(", ")],
  ];
  return rows.map(([name, value]) => `- ${name}: ${value}`).join("\n");
}

/** Builds of a kernel have names, which say nothing about speed. */
const numbersOf = (version) => /^[\d.]+/.exec(version)?.[0] ?? version;
