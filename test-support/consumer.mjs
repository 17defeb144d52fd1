// A user's project with the package and the emulator installed, in which code compiles and runs.

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { root } from "./repository.mjs";

const tsc = join(root, "node_modules", "typescript", "bin", "tsc");

const PACKAGES = {
  "@archie/auth0-user-security": root,
  "@archie/auth0-tenant-emulator": join(root, "emulator"),
  "@types/node": join(root, "node_modules", "@types", "node"),
};
const COMPILER_OPTIONS = {
  strict: true,
  isolatedModules: true,
  module: "nodenext",
  target: "es2022",
  lib: ["es2022"],
  types: ["node"],
};

/**
 * @param {import("node:test").TestContext} t the project is removed when the test ends
 * @param {Record<string, string>} sources by file name
 */
export function consumer(t, sources, compilerOptions = {}) {
  const directory = mkdtempSync(join(tmpdir(), "consumer-"));
  t.after(() => rmSync(directory, { recursive: true }));
  const write = (name, content) => writeFileSync(join(directory, name), content);
  for (const [name, target] of Object.entries(PACKAGES)) install(directory, name, target);
  for (const [name, source] of Object.entries(sources)) write(name, source);
  write("package.json", JSON.stringify({ type: "module" }));
  write(
    "tsconfig.json",
    JSON.stringify({ compilerOptions: { ...COMPILER_OPTIONS, ...compilerOptions } }),
  );
  return {
    directory,
    /** Adds packages that this project has installed. */
    install(names) {
      const missing = names.filter((name) => !existsSync(join(directory, "node_modules", name)));
      for (const name of missing) install(directory, name, join(root, "node_modules", name));
    },
    /** Compiles every source; JavaScript is written next to it. Returns the compiler's output. */
    compile() {
      const { stdout } = spawnSync(process.execPath, [tsc, "--project", directory], {
        encoding: "utf8",
      });
      return stdout;
    },
  };
}

function install(directory, name, target) {
  const link = join(directory, "node_modules", name);
  mkdirSync(dirname(link), { recursive: true });
  symlinkSync(target, link, "junction");
}
