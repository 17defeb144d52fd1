// A reporter of Node's test runner, beside the one that people read: the numbers, as JSON.

import { NO_REASON } from "./tally.mjs";

export default async function* tallied(events) {
  let passed = 0;
  const skipped = {};
  for await (const { type, data } of events) {
    if (type !== "test:pass") continue;
    // One that is skipped without a reason has an empty one, or `true`.
    if (data.skip !== undefined) {
      const reason = typeof data.skip === "string" && data.skip ? data.skip : NO_REASON;
      skipped[reason] = (skipped[reason] ?? 0) + 1;
    } else if (data.details.type !== "suite") passed += 1;
  }
  yield JSON.stringify({ passed, skipped });
}
