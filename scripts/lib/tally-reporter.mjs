// A second reporter for Node's test runner, which writes the counts as JSON.

import { NO_REASON } from "./tally.mjs";

export default async function* tallied(events) {
  let passed = 0;
  const skipped = {};
  for await (const { type, data } of events) {
    if (type !== "test:pass") continue;
    // Without a reason, `skip` is empty or `true`.
    if (data.skip !== undefined) {
      const reason = typeof data.skip === "string" && data.skip ? data.skip : NO_REASON;
      skipped[reason] = (skipped[reason] ?? 0) + 1;
    } else if (data.details.type !== "suite") passed += 1;
  }
  yield JSON.stringify({ passed, skipped });
}
