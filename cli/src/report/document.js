// The document around the data. Nothing in it comes from a run, so nothing needs to be escaped.

import { createHash } from "node:crypto";
import { readScripts, readStyle, readTemplate } from "./scripts.js";

/** Where the data goes. */
const DATA = "<!-- data -->";

/**
 * What is written before and after the data.
 * @returns {[string, string]}
 */
export function documentParts() {
  const style = readStyle();
  const scripts = readScripts().map(inert);
  const filled = readTemplate()
    .replace('content="policy"', () => `content="${policyFor(style, scripts)}"`)
    .replace("<!-- style -->", () => `<style>${style}</style>`)
    .replace("<!-- scripts -->", () => scripts.map((one) => `<script>${one}</script>`).join("\n"));
  const [before = "", after = ""] = filled.split(DATA);
  return [before, after];
}

/**
 * Exactly this style and these scripts may run; nothing may be loaded, sent or framed.
 * @param {string} style
 * @param {string[]} scripts
 */
function policyFor(style, scripts) {
  return [
    "default-src 'none'",
    `script-src ${scripts.map(hashOf).join(" ")}`,
    `style-src ${hashOf(style)}`,
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
}

/** @param {string} source */
const hashOf = (source) => `'sha256-${createHash("sha256").update(source).digest("base64")}'`;

/**
 * A closing tag within a library's string would end its script.
 * @param {string} source
 */
const inert = (source) => source.replaceAll("</script", "<\\/script").replaceAll("<!--", "<\\!--");
