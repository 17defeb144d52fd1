// The README of the package that this one replaces, if there is a copy next to the checkout.

import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { codeBlocks } from "./markdown.mjs";

const beside = new URL("../../shared/original-readme.md", import.meta.url);
const place = process.env.ORIGINAL_README ?? fileURLToPath(beside);
const document = existsSync(place) ? readFileSync(place, "utf8") : "";

/** Options of tests that need it. */
export const needsOriginal = {
  skip: document
    ? false
    : "no ../shared/original-readme.md, which is not part of the repository: put it there, or set ORIGINAL_README to its path",
};

/** Its TypeScript, block by block. */
export const originalBlocks = codeBlocks(document).filter(({ language }) => language === "ts");
