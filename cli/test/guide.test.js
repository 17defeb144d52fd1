// The guide describes the command line as it is.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { EXIT, EXIT_OF_SIGNAL } from "../src/exit-codes.js";
import { createProgram } from "../src/program.js";

const guide = readFileSync(new URL("../README.md", import.meta.url), "utf8");

/**
 * The commands that do something, with their names from the start.
 * @param {import("commander").Command} command
 * @param {string[]} [names]
 * @returns {{ name: string, command: import("commander").Command }[]}
 */
function leaves(command, names = []) {
  if (command.commands.length === 0) return [{ name: names.join(" "), command }];
  return command.commands.flatMap((one) => leaves(one, [...names, one.name()]));
}

test("every command and every option is in the guide", () => {
  const missing = leaves(createProgram()).flatMap(({ name, command }) => [
    ...(new RegExp(`\`${name}[\` ]`).test(guide) ? [] : [name]),
    ...command.options
      .map(({ long }) => String(long))
      .filter((long) => !new RegExp(`${long}(?![\\w-])`).test(guide))
      .map((long) => `${name} ${long}`),
  ]);
  assert.deepEqual(missing, []);
});

test("every exit code is in the guide", () => {
  const rows = guide.slice(guide.indexOf("## Exit codes")).match(/^\| (\d[\d, ]*) \|/gm) ?? [];
  const described = rows.flatMap((row) => row.match(/\d+/g) ?? []).map(Number);
  assert.deepEqual(described, [...Object.values(EXIT), ...Object.values(EXIT_OF_SIGNAL)]);
});
