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
 * The methods of the class: `call` is the way to call each that its last overload declares; `returns` and `scopes` are
 * what the comment says about its result, with the other ways to call it, and its scopes. Scopes before a semicolon are
 * always needed.
 */
export function declaredMethods(declarations) {
  const [, body] = /^export declare class Auth0UserSecurityService \{\n(.*?)^\}/ms.exec(
    declarations,
  );
  const blocks = [...body.matchAll(/^ {2}\/\*\*(.*?)\*\/\n(.*?)(?=\n\n|\n$)/gms)];
  const methods = blocks.filter(([, , code]) => /^ {2}(?!constructor)\w+[(<]/.test(code));
  return methods.map(([, comment, code]) => {
    const text = comment.replaceAll(/\s*\n\s*\* ?/g, "\n").trim();
    return { ...callOf(code), ...documented(text) };
  });
}

/** The last overload may leave out a last parameter that an earlier one has. */
function callOf(code) {
  const found = [...code.matchAll(/^ {2}(\w+)(?:<[^>]*>)?\(((?:[^()]|\([^()]*\))*)\): /gm)];
  const forms = found.map(([, , parameters]) => namesOf(parameters).join(", "));
  const last = forms.at(-1);
  const complete = forms.findLast((form) => form.startsWith(`${last}, `)) ?? last;
  const [, name] = found[0];
  return { name, call: `${name}(${complete})` };
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

function callTable(methods) {
  return tableOf(
    ["Call", "Returns"],
    methods.map(({ call, returns }) => [code(call), returns]),
  );
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
