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
 * The methods of the class: `call` is the form with the most parameters, `returns` and `scopes` what the comment says
 * about its result and its scopes. Scopes before a semicolon are always needed.
 */
export function declaredMethods(declarations) {
  const [, body] = /^export declare class Auth0UserSecurityService \{\n(.*?)^\}/ms.exec(
    declarations,
  );
  const blocks = [...body.matchAll(/^ {2}\/\*\*(.*?)\*\/\n(.*?)(?=\n\n|\n$)/gms)];
  const methods = blocks.filter(([, , code]) => /^ {2}(?!constructor)\w+\(/.test(code));
  return methods.map(([, comment, code]) => {
    const text = comment.replaceAll(/\s*\n\s*\* ?/g, "\n").trim();
    return { ...callOf(code), ...documented(text) };
  });
}

function callOf(code) {
  const forms = [...code.matchAll(/^ {2}(\w+)(?:<[^>]*>)?\(((?:[^()]|\([^()]*\))*)\)/gm)];
  const calls = forms.map(([, name, parameters]) => ({
    name,
    // Without the parameters of function types among them.
    parameters: [...parameters.replaceAll(/\(.*?\)/gs, "").matchAll(/(?:^|,)\s*(\w+\??):/g)]
      .map(([, parameter]) => parameter)
      .filter((parameter) => parameter !== "options?"),
  }));
  const longest = Math.max(...calls.map(({ parameters }) => parameters.length));
  const { name, parameters } = calls.findLast((call) => call.parameters.length === longest);
  return { name, call: `${name}(${parameters.join(", ")})` };
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
    methods.map(({ call, returns }) => [`\`${call}\``, returns]),
  );
}

function scopeTable(methods) {
  return tableOf(
    ["Method", "Scopes"],
    methods.map(({ name, scopes }) => [`\`${name}\``, scopes]),
  );
}

function tableOf(head, rows) {
  const lines = [head, head.map(() => "---"), ...rows];
  return lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
