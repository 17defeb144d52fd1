// Runs test files with Node's runner, in the given order: its command line would sort them.

import { once } from "node:events";
import { availableParallelism } from "node:os";
import { run } from "node:test";
import { spec } from "node:test/reporters";
import { Failure, root } from "./process.mjs";
import { NO_REASON } from "./tally.mjs";

/** A file that hangs fails instead of holding up everything. The limit is for a whole file, not for each of its tests. */
const TIMEOUT_MS = 300_000;

/** More than there are cores, because most files also wait. */
const CONCURRENCY = availableParallelism() + 2;

/**
 * @param {string[]} files absolute paths
 * @param {import("./tally.mjs").Tally} tally
 */
export async function runTests(files, tally) {
  // Tests start programs by paths within the repository.
  process.chdir(root);
  const events = run({ files, concurrency: CONCURRENCY, timeout: TIMEOUT_MS });
  let [passed, failed] = [0, 0];
  events.on("test:fail", () => {
    failed += 1;
  });
  events.on("test:pass", (test) => {
    passed += 1;
    tally.add(resultOf(test));
  });
  const report = events.compose(new spec());
  report.pipe(process.stdout, { end: false });
  await once(report, "end");
  if (failed > 0) throw new Failure("The tests that failed are listed above.");
  // Within a test, for example, Node.js runs no others and says nothing.
  if (passed === 0) throw new Failure("No test ran.");
}

/** What a test adds to the tally. Suites are not counted, only what is in them. */
function resultOf({ skip, details }) {
  // Without a reason, `skip` is empty or `true`.
  if (skip !== undefined) {
    return { passed: 0, skipped: { [typeof skip === "string" && skip ? skip : NO_REASON]: 1 } };
  }
  return { passed: details.type === "suite" ? 0 : 1, skipped: {} };
}
