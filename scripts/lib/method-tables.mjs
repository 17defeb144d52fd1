// The tables of the public methods in README and guide, written from the comments of the declarations.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./process.mjs";

const DECLARATIONS = "types/prelude.d.ts";

/** Each table begins after a line with its name, `<!-- calls -->` for example, and ends at the first empty line. */
const TABLES = [
  { file: "README.md", name: "calls", table: callTable },
  { file: "docs/guides/scopes-and-plans.md", name: "scopes", table: scopeTable },
];

/** The documents as they should be, by name. */
export function documentsWithTables() {
  const methods = declaredMethods(readFileSync(join(root, DECLARATIONS), "utf8"));
  return TABLES.map(({ file, name, table }) => {
    const place = new RegExp(`(?<=^<!-- ${name}[^\n]*-->\n\n).*?(?=\n\n)`, "ms");
    const text = readFileSync(join(root, file), "utf8").replace(place, () => table(methods));
    return [file, text];
  });
}

export function writeMethodTables() {
  for (const [file, text] of documentsWithTables()) writeFileSync(join(root, file), text);
}

/**
 * The methods of the class: `forms` are the ways to call each, with the type of the result; `returns` and `scopes` are
 * what the comment says about its result and its scopes. Scopes before a semicolon are always needed.
 */
export function declaredMethods(declarations) {
  const [, body] = /^export declare class Auth0UserSecurityService \{\n(.*?)^\}/ms.exec(
    declarations,
  );
  const blocks = [...body.matchAll(/^ {2}\/\*\*(.*?)\*\/\n(.*?)(?=\n\n|\n$)/gms)];
  const methods = blocks.filter(([, , code]) => /^ {2}(?!constructor)\w+[(<]/.test(code));
  return methods.map(([, comment, code]) => {
    const text = comment.replaceAll(/\s*\n\s*\* ?/g, "\n").trim();
    return { ...formsOf(code), ...documented(text) };
  });
}

/** Without forms that only leave out a last parameter, or repeat another one for the compiler. */
function formsOf(code) {
  const found = [...code.matchAll(/^ {2}(\w+)(?:<[^>]*>)?\(((?:[^()]|\([^()]*\))*)\): (.*)$/gm)];
  const forms = found.map(([, name, parameters, type]) => {
    const names = namesOf(parameters);
    return { call: `${name}(${names.join(", ")})`, beginning: `${name}(${names.join(", ")}`, type };
  });
  const isLonger = ({ beginning }, than) => beginning.startsWith(`${than.beginning},`);
  return {
    name: found[0][1],
    forms: forms.filter(
      (form, index) =>
        !forms.some((other) => isLonger(other, form)) &&
        forms.findIndex(({ call }) => call === form.call) === index,
    ),
  };
}

function namesOf(parameters) {
  // Without the parameters of function types among them.
  const names = parameters.replaceAll(/\(.*?\)/gs, "").matchAll(/(?:^|,)\s*(\w+\??):/g);
  return [...names].map(([, name]) => name).filter((name) => name !== "options?");
}

function documented(text) {
  const [, returns] = /(?:^|\n)@returns (.*?)(?=\n@|$)/s.exec(text) ?? [];
  const [, scopes] = /\bScopes?: (.*?)\.(?=\s|$)/s.exec(text) ?? [];
  return { returns: oneLine(returns), scopes: oneLine(scopes) };
}

const oneLine = (text) => text?.trim().replaceAll(/\s+/g, " ");

/** A row per form. Where there are several, the types of their results are what distinguishes them. */
function callTable(methods) {
  const rows = methods.flatMap(({ forms, returns }) =>
    forms.map(({ call, type }) => [code(call), forms.length > 1 ? code(type) : returns]),
  );
  return tableOf(["Call", "Returns"], rows);
}

function scopeTable(methods) {
  return tableOf(
    ["Method", "Scopes"],
    methods.map(({ name, scopes }) => [code(name), scopes]),
  );
}

const code = (text) => `\`${text.replaceAll("|", "\\|")}\``;

function tableOf(head, rows) {
  const lines = [head, head.map(() => "---"), ...rows];
  return lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
