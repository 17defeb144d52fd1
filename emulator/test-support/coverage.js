import { readFileSync } from "node:fs";

/** Auth0's documented operations by API and resource: their ids, with method and path. */
const documented = JSON.parse(
  readFileSync(new URL("auth0-operations.json", import.meta.url), "utf8"),
);

const PREFIXES = { authentication: "", management: "/api/v2" };
/** More than these are counted: the table lists what is served, anyway. */
const MOST_MISSING = 20;
const START = "<!-- coverage, written by `npm run coverage` in the folder of the emulator -->";
const END = "<!-- end of coverage -->";

/** Which documented operations a tenant serves, as two tables. */
export function coverageTables(routes) {
  return ["management", "authentication"].map((api) => tableOf(api, routes)).join("\n\n");
}

/** Every documented operation, with whether a tenant serves it. */
export function operationsOf(api, routes) {
  const served = new Set(routes.map(({ method, template }) => `${method} ${template}`));
  return Object.entries(documented[api]).flatMap(([resource, operations]) =>
    Object.entries(operations).map(([id, operation]) => {
      const [method, path] = operation.split(" ");
      const isServed = served.has(`${method} ${PREFIXES[api]}${path}`);
      return { resource, id, method, path, isServed };
    }),
  );
}

function tableOf(api, routes) {
  const rows = groupedBy("resource", operationsOf(api, routes));
  const isTouched = ([, operations]) => operations.some(({ isServed }) => isServed);
  const absent = rows
    .filter((row) => !isTouched(row))
    .map(([resource, operations]) => `${resource} (${operations.length})`);
  const all = rows.flatMap(([, operations]) => operations);
  const count = all.filter(({ isServed }) => isServed).length;
  const name = `${api[0].toUpperCase()}${api.slice(1)} API: ${count} of ${all.length}`;
  return [
    `| ${name} | Served | Not served |`,
    "| --- | --- | --- |",
    ...rows.filter(isTouched).map(([resource, operations]) => rowOf(resource, operations)),
    `| the others | – | ${absent.join(", ")} |`,
  ].join("\n");
}

function rowOf(resource, operations) {
  const [served, missing] = [true, false].map((wanted) =>
    operations.filter(({ isServed }) => isServed === wanted),
  );
  const others = missing.length > MOST_MISSING ? `${missing.length} others` : inWords(missing);
  return `| ${resource} | ${inWords(served)} | ${others || "–"} |`;
}

/** Operations with the same path share an entry. */
function inWords(operations) {
  return groupedBy("path", operations)
    .map(([path, methods]) => `\`${methods.map(({ method }) => method).join(" ")} ${path}\``)
    .join(", ");
}

/** Pairs of a value and the operations that have it, in their order. */
function groupedBy(name, operations) {
  const values = [...new Set(operations.map((operation) => operation[name]))];
  return values.map((value) => [value, operations.filter((one) => one[name] === value)]);
}

/** A document whose tables are replaced. */
export function withCoverage(text, tables) {
  const [from, to] = [text.indexOf(START), text.indexOf(END)];
  if (from === -1 || to === -1) throw new Error(`The document needs ${START} and ${END}`);
  return `${text.slice(0, from + START.length)}\n\n${tables}\n\n${text.slice(to)}`;
}
