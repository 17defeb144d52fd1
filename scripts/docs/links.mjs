// Finds broken links in HTML and Markdown files: to a missing file, or to an anchor that the file lacks.

import { readFileSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";

/**
 * @param {string[]} files absolute paths
 * @returns {{ broken: { file: string, link: string }[], external: string[], count: number }} external links are not followed
 */
export function checkLinks(files) {
  const anchors = new Map();
  const anchorsOf = (file) => {
    if (!anchors.has(file)) anchors.set(file, readPage(file).anchors);
    return anchors.get(file);
  };
  const found = files.flatMap((file) => readPage(file).links.map((link) => ({ file, link })));
  const [external, internal] = split(found, ({ link }) => /^[a-z][a-z+.-]*:|^\/\//i.test(link));
  return {
    broken: internal.filter(({ file, link }) => !resolves(file, link, anchorsOf)),
    external: [...new Set(external.map(({ link }) => link))].sort(),
    count: found.length,
  };
}

function resolves(file, link, anchorsOf) {
  const [path, anchor] = link.split("#").map(decodeURIComponent);
  const target = path ? resolve(dirname(file), path) : file;
  const kind = statSync(target, { throwIfNoEntry: false });
  if (!kind) return false;
  return !anchor || (kind.isFile() && anchorsOf(target).has(anchor));
}

function readPage(file) {
  const text = readFileSync(file, "utf8");
  if (/\.(html|svg)$/.test(file)) return readHtml(text);
  return file.endsWith(".md") ? readMarkdown(text) : { links: [], anchors: new Set() };
}

function readHtml(text) {
  const valuesOf = (names) =>
    [...text.matchAll(new RegExp(`\\s(?:${names})="([^"]*)"`, "g"))].map(([, value]) =>
      value.replaceAll("&amp;", "&"),
    );
  return { links: valuesOf("href|src"), anchors: new Set(valuesOf("id|name")) };
}

/** Links in code are text. Anchors are those that GitHub derives from headings. */
function readMarkdown(text) {
  const prose = text.replace(/^(\s*)(`{3,}).*?^\1\2$/gms, "");
  const withoutCode = prose.replace(/`[^`\n]+`/g, "");
  const inline = [...withoutCode.matchAll(/\]\(([^()\s]+)\)/g)];
  const defined = [...withoutCode.matchAll(/^\[[^\]]+\]:\s*(\S+)/gm)];
  const links = [...inline, ...defined].map(([, link]) => link);
  const seen = new Map();
  const headings = [...prose.matchAll(/^#+ +(.+)$/gm)].map(([, heading]) => {
    const name = slugOf(heading);
    const times = seen.get(name) ?? 0;
    seen.set(name, times + 1);
    return times === 0 ? name : `${name}-${times}`;
  });
  return { links, anchors: new Set(headings) };
}

function slugOf(heading) {
  const text = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1").toLowerCase();
  return text.replace(/[^\p{L}\p{N}\s_-]/gu, "").replaceAll(" ", "-");
}

function split(items, isFirst) {
  return [items.filter(isFirst), items.filter((item) => !isFirst(item))];
}
