// The code blocks of a Markdown document.

import { readDocument } from "./repository.mjs";

/** The program under the README's "Quick start", which tests and the release run. */
export function quickStartProgram() {
  const blocks = codeBlocks(readDocument("README.md")).filter(
    ({ heading }) => heading === "Quick start",
  );
  return blocks.find(({ language }) => language === "js").code;
}

/** The fences of a document, including those that form no block because they are indented or not closed. */
export function fences(markdown) {
  return markdown.match(/^\s*(?:`{3,}|~{3,})/gm) ?? [];
}

/** The TypeScript of a document, as one module from top to bottom. */
export function moduleOf(markdown) {
  const blocks = codeBlocks(markdown).filter(({ language }) => language === "ts");
  return blocks.map(({ code }) => code).join("\n");
}

/** @returns {{ heading: string, language: string, code: string }[]} in order, each under its last heading */
export function codeBlocks(markdown) {
  const parts = markdown.matchAll(
    /^#+ (?<heading>[^\n]+)$|^```(?<language>[^\n]*)\n(?<code>.*?)^```$/gms,
  );
  let heading = "";
  const blocks = [];
  for (const { groups } of parts) {
    if (groups.heading) heading = groups.heading;
    else blocks.push({ heading, language: groups.language, code: groups.code });
  }
  return blocks;
}
