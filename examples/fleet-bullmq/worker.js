// Revokes the sessions of the users of one chunk after the other. Start any number, on any number of machines.
//
//   RUN=incident-42 node worker.js
//
// AUTH0_DOMAIN, AUTH0_CLIENT_ID and AUTH0_CLIENT_SECRET are those of the Machine to Machine application. SIGTERM lets it
// finish its chunk. Whenever it is killed, another worker takes over.

import { Auth0UserSecurityService, FleetStoppedError } from "@archie/auth0-user-security";
import { UnrecoverableError, Worker } from "bullmq";
import { Journal } from "./journal.js";
import { connect, openQueue, prefix, redisUrl, run } from "./settings.js";

/** What is final about a user. Anything else, such as an outage, is repeated with the chunk. */
const FINAL_ERRORS = ["ERR_USER_NOT_FOUND", "ERR_AMBIGUOUS_USER"];

/** What passes by itself, so that repeating the chunk later is enough. */
const PASSING_ERRORS = ["ERR_NETWORK", "ERR_RATE_LIMIT", "ERR_TIMEOUT"];

/** A worker that is gone is noticed after at most the sum of both. The default of each is 30 seconds. */
const TAKEOVER = { lockDuration: 5_000, stalledInterval: 2_500 };

const redis = connect({ isPatient: true });
const queue = openQueue(redis);
const journal = new Journal(redis, { prefix, run });

// All workers share one access token and one rate limit.
const service = Auth0UserSecurityService.fromEnv({ sharedState: { redisUrl } });

/** Users are strings in this example. @param {unknown} user */
const isDone = (user) => journal.skip(String(user));

/** @typedef {import("bullmq").Job<{ users: string[] }>} Chunk */

/** @param {Chunk} chunk */
async function processChunk({ id, data: { users } }) {
  console.log(`${id}: ${users.length} users`);
  /** @type {string[]} */
  const errors = [];
  const options = { actor: run, skip: isDone };
  for await (const result of service.bulkRevokeUserSessions(users, options)) {
    const { index, status, skipped, code, timestamp: at } = result;
    if (skipped === "skip") continue;
    // Only these fields: results of other methods contain links that set a password, which must not be stored.
    if (!code || FINAL_ERRORS.includes(code))
      await journal.finish(users[index], { status, code, at });
    else errors.push(code);
  }
  if (errors.length > 0) {
    throw new Error(`${errors.length} users failed: ${[...new Set(errors)].join(", ")}.`);
  }
}

/**
 * If the tenant refuses everything, no worker begins another chunk until somebody has looked into it.
 * @param {Chunk} chunk
 */
async function processOrPause(chunk) {
  try {
    await processChunk(chunk);
  } catch (error) {
    const code = FleetStoppedError.isInstance(error) && error.summary.stopped?.code;
    if (!code || PASSING_ERRORS.includes(code)) throw error;
    await queue.pause();
    throw new UnrecoverableError(`${error.message} The queue is paused until producer.js is run.`);
  }
}

const worker = new Worker(run, processOrPause, {
  connection: redis,
  prefix,
  ...TAKEOVER,
  maxStalledCount: 10,
});
worker.on("completed", ({ id }) => console.log(`${id}: done`));
worker.on("failed", (job, error) => console.error(`${job?.id}: ${error.message}`));
worker.on("error", (error) => console.error(error.message));

for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, async () => {
    await worker.close();
    await queue.close();
    await service.close();
    redis.disconnect();
  });
}
