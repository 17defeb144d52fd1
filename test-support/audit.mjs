// The audit events of a test, in the order in which they arrive.

import { channel } from "node:diagnostics_channel";
import { recordingLogger } from "./logger.mjs";

const audit = channel("archie:auth0-user-security:audit");

/**
 * `events(n)` resolves to all events so far, once there are n of them; `before(id)` to those before
 * the first one about the user with this id.
 */
export function auditTrail(t) {
  const recorder = recordingLogger();
  const record = (event) => recorder.info(event);
  audit.subscribe(record);
  t.after(() => audit.unsubscribe(record));
  const events = async (count) => {
    await recorder.count(count);
    return recorder.lines.map(({ message }) => message);
  };
  return {
    events,
    async before(userId) {
      for (let count = 1; ; count += 1) {
        const seen = await events(count);
        const end = seen.findIndex(({ target }) => target.userId === userId);
        if (end >= 0) return seen.slice(0, end);
      }
    },
  };
}
