// Says how far a run is.
//
//   RUN=incident-42 node status.js            totals
//   RUN=incident-42 node status.js --users    every user, as a line of JSON

import { Journal } from "./journal.js";
import { connect, openQueue, prefix, run } from "./settings.js";

async function printUsers() {
  for await (const user of journal.users()) console.log(JSON.stringify(user));
}

async function printTotals() {
  /** @type {Record<string, number>} */
  const count = { users: 0, success: 0, error: 0, skipped: 0, left: 0, repeated: 0 };
  for await (const { status = "left", attempts } of journal.users()) {
    count.users += 1;
    count[status] += 1;
    if (attempts > 1) count.repeated += 1;
  }
  console.log(
    `${count.users} users: ${count.success} succeeded, ${count.error} failed, ` +
      `${count.skipped} duplicates, ${count.left} left; ${count.repeated} begun more than once`,
  );
  const { completed, active, waiting, delayed, failed } = await queue.getJobCounts();
  console.log(
    `Chunks: ${completed} done, ${active} in progress, ${waiting + delayed} waiting, ${failed} failed`,
  );
  if (await queue.isPaused()) console.log("The queue is paused: see the output of the workers.");
}

const redis = connect({ isPatient: false });
const queue = openQueue(redis);
const journal = new Journal(redis, { prefix, run });
try {
  await (process.argv.includes("--users") ? printUsers() : printTotals());
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  await queue.close();
  redis.disconnect();
}
