// The Markdown documents of the repository, including uncommitted ones.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { outputOf, root } from "../lib/process.mjs";

/** Paths from the root; none outside a git checkout. */
export function documents() {
  const list = ["ls-files", "--cached", "--others", "--exclude-standard", "-z", "*.md"];
  const files = outputOf("git", list)?.split("\0") ?? [];
  return files.filter((file) => file && existsSync(join(root, file)));
}
