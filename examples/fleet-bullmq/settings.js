// What all three programs share: the Redis, and the name of the run.

import { Queue } from "bullmq";
import { Redis } from "ioredis";

/** The prefix of all keys: `fleet:<run>:…`. */
export const prefix = "fleet";

export const redisUrl = process.env.REDIS_URL ?? "redis://127.0.0.1:6379";

/** One list of users and what is done with it. A second pass over the same users needs another name. */
export const run = nameOfRun(process.env.RUN);

/**
 * Commands of a patient connection wait until Redis is back; those of others fail after three attempts to connect.
 * @param {{ isPatient: boolean }} options
 */
export function connect({ isPatient }) {
  const redis = new Redis(redisUrl, { maxRetriesPerRequest: isPatient ? null : 3 });
  return redis.on("error", (/** @type {NodeJS.ErrnoException} */ { code, message }) => {
    console.error(`Redis: ${message || code}`);
  });
}

/** @param {Redis} redis */
export function openQueue(redis) {
  return new Queue(run, { connection: redis, prefix });
}

/** @param {string | undefined} name */
function nameOfRun(name) {
  if (/^[\w-]{1,64}$/.test(name ?? "")) return /** @type {string} */ (name);
  console.error(
    "RUN must be 1 to 64 letters, digits, - or _. Set it to a name for this run, such as RUN=incident-42.",
  );
  process.exit(1);
}
