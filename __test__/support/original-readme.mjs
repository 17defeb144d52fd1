// The README of the package that this one replaces, where it lies beside the checkout.

import { existsSync } from "node:fs";
import { readDocument } from "./consumer.mjs";
import { codeBlocks } from "./markdown.mjs";

const PLACE = "../shared/original-readme.md";
const url = new URL(`../../${PLACE}`, import.meta.url);
const blocks = existsSync(url) ? codeBlocks(readDocument(PLACE)) : [];

/** Options of tests that need it. */
export const needsOriginal = {
  skip: blocks.length > 0 ? false : "the original README is not beside the checkout",
};

/** The block under a heading that contains the text. */
export function originalBlock(heading, text = "") {
  return blocks.find((block) => block.heading === heading && block.code.includes(text)).code;
}
