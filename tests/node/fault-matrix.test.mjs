// Every public method meets every kind of fault, and does what docs/fault-matrix.md promises. The
// promises are read from the document: a cell that is wrong or missing there fails.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { cellsOf, outcomeOf } from "../../test-support/fault-matrix/cells.mjs";
import { nameOf, readMatrix } from "../../test-support/fault-matrix/document.mjs";
import { FAULTS } from "../../test-support/fault-matrix/faults.mjs";
import { METHODS, SILENT } from "../../test-support/fault-matrix/methods.mjs";
import { Stages } from "../../test-support/fault-matrix/stages.mjs";
import { methodNames } from "../../test-support/methods.mjs";
import { serviceFor, tenantOf } from "../../test-support/service.mjs";

const { promises, silent } = readMatrix();

/** `undefined` if the cell is as promised. */
async function brokenPromise(stages, cell) {
  const expected = promises.get(nameOf(cell));
  const seen = await outcomeOf(stages, cell);
  if (seen === expected) return [];
  return [`${nameOf(cell)}\n  expected: ${expected}\n  seen:     ${seen}`];
}

/** Far more than the tests take, so that they pass on a busy machine. */
const timeout = 300_000;

describe("the fault matrix", { timeout, concurrency: Object.keys(METHODS).length }, () => {
  const stages = new Stages();
  before(() => stages.open());
  after(() => stages.close());

  for (const method of Object.keys(METHODS)) {
    test(`${method} keeps its promises`, { timeout }, async () => {
      const cells = cellsOf(method);
      const broken = await Promise.all(cells.map((cell) => brokenPromise(stages, cell)));
      assert.equal(broken.flat().join("\n"), "");
    });
  }
});

test("the document promises nothing that is not tested", () => {
  const tried = new Set(Object.keys(METHODS).flatMap(cellsOf).map(nameOf));
  assert.deepEqual(
    [...promises.keys()].filter((name) => !tried.has(name)),
    [],
  );
});

/**
 * Some of their requests are under way at the same time, so their number varies after a failure: see fleet-methods.test.mjs
 * and select-users.test.mjs.
 */
const ELSEWHERE = ["emergencySecurityResponse", "generateSecurityAuditReport", "selectUsers"];

test("every public method is in the document", () => {
  const tried = Object.keys(METHODS).map((name) => name.split(",")[0]);
  assert.deepEqual(new Set([...tried, ...silent, ...ELSEWHERE]), new Set(methodNames()));
});

test("every kind of fault that the emulator knows is in the matrix", async (t) => {
  const tenant = await tenantOf(t);
  const known = /Known: (.*)/.exec(messageOf(() => tenant.fault("*", { "": true })))[1].split(", ");
  const used = Object.values(FAULTS).flatMap(({ what }) => Object.keys(what));
  assert.deepEqual(new Set(used), new Set(known));
});

function messageOf(action) {
  try {
    return action();
  } catch ({ message }) {
    return message;
  }
}

test("no cell promises a violation", () => {
  const promised = [...promises].filter(([, promise]) => promise.startsWith("violation"));
  assert.deepEqual(promised, []);
});

for (const method of silent) {
  test(`${method} sends nothing and fails under no fault`, async (t) => {
    const tenant = await tenantOf(t);
    tenant.fault("*", { reset: true }, Number.POSITIVE_INFINITY);
    const redirectUri = "https://app.example.com/callback";
    await SILENT[method]({ service: serviceFor(tenant, { redirectUri }) });
    assert.deepEqual(tenant.requests, []);
  });
}
