// The exports at run time match the types.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";
import * as imported from "@archie/auth0-user-security";
import { consumer } from "../../test-support/consumer.mjs";

const require = createRequire(import.meta.url);
const required = require("@archie/auth0-user-security");
const names = Object.keys(required).sort();

test("import and require return the same values under the same names", () => {
  const ofModules = new Set(["default", "module.exports"]);
  assert.deepEqual(
    Object.keys(imported)
      .filter((name) => !ofModules.has(name))
      .sort(),
    names,
  );
  for (const name of names) assert.equal(imported[name], required[name], name);
});

test("the types declare exactly the values that exist at run time", (t) => {
  const project = consumer(t, {
    "names.ts": `
      import * as all from "@archie/auth0-user-security";
      type Declared = Exclude<keyof typeof all, "default" | "module.exports">;
      type AtRunTime = ${names.map((name) => JSON.stringify(name)).join(" | ")};
      export const undeclared: Exclude<AtRunTime, Declared> extends never ? true : Exclude<AtRunTime, Declared> = true;
      export const missing: Exclude<Declared, AtRunTime> extends never ? true : Exclude<Declared, AtRunTime> = true;
    `,
  });
  assert.equal(project.compile(), "");
});
