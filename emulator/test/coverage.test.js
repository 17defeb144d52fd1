import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { startTenant } from "../index.js";
import { coverageTables, operationsOf, withCoverage } from "../test-support/coverage.js";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");

let tenant;
before(async () => {
  tenant = await startTenant();
});
after(() => tenant.close());

test("the tables of Auth0's operations in the README are up to date", () => {
  const renewed = withCoverage(readme, coverageTables(tenant.routes));
  assert.ok(readme === renewed, "run `npm run coverage` in the folder of the emulator");
});

test("the README names every operation outside of the Management API", () => {
  const [, list] = /for the other routes ([\s\S]*?)\.\n/.exec(readme);
  const named = [...list.matchAll(/`(\w+)`/g)].map(([, name]) => name);
  const others = tenant.routes.filter(({ template }) => !template.startsWith("/api/v2/"));
  assert.deepEqual(named, [...new Set(others.map(({ operation }) => operation))].sort());
});

test("the README links only to files that are in the package", () => {
  const { files } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  const links = [...readme.matchAll(/\]\((?!https:|#)([^)]+)\)/g)].map(([, link]) => link);
  assert.ok(links.length > 0);
  for (const link of links) assert.ok(files.includes(link), link);
});

test("an operation that is served or no longer served would be noticed", () => {
  const [first, ...others] = tenant.routes.filter(({ template }) => template.startsWith("/api/v2"));
  const roles = { method: "GET", template: "/api/v2/roles", operation: "get_roles" };
  for (const routes of [others, [first, ...others, roles]]) {
    assert.notEqual(withCoverage(readme, coverageTables(routes)), readme);
  }
});

test("every operation of the Management API that is served is a documented one, under its own id", () => {
  const served = operationsOf("management", tenant.routes).filter(({ isServed }) => isServed);
  const documented = served.map(({ method, path, id }) => `${method} /api/v2${path} ${id}`);
  const routes = tenant.routes
    .filter(({ template, method }) => template.startsWith("/api/v2") && method !== "OPTIONS")
    .map(({ method, template, operation }) => `${method} ${template} ${operation}`);
  assert.deepEqual(documented.sort(), routes.sort());
});

test("an operation that the tables call unserved is answered with 404", async () => {
  const call = async ({ method, path }) => {
    const url = `${tenant.url}${path.replaceAll(/\{\w+\}/g, "x")}`;
    return (await fetch(url, { method, redirect: "manual" })).status;
  };
  const unserved = [
    ...operationsOf("authentication", tenant.routes),
    ...operationsOf("management", tenant.routes).map((one) => ({
      ...one,
      path: `/api/v2${one.path}`,
    })),
  ].filter(({ isServed }) => !isServed);
  for (const one of unserved) assert.equal(await call(one), 404, `${one.method} ${one.path}`);
});
