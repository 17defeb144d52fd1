// Splits a list of users into chunks, each a job of the queue.
//
//   RUN=incident-42 node producer.js users.txt [users per chunk]
//
// The file has one user id or email per line. Run it as often as you like: a chunk that is queued already is not queued
// again. It also repeats the chunks that failed, and resumes a queue that a worker has paused.

import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { Journal } from "./journal.js";
import { connect, openQueue, prefix, run } from "./settings.js";

const [file, size = "100"] = process.argv.slice(2);

/** A chunk in which a user failed, or whose worker was stopped, is repeated for the users that are left. */
const RETRIES = { attempts: 8, backoff: { type: "exponential", delay: 10_000 } };

/**
 * Replace this with any other source, such as the rows of a database.
 * @param {string} path
 */
async function* usersIn(path) {
  let number = 0;
  for await (const line of createInterface({ input: createReadStream(path) })) {
    number += 1;
    const user = line.trim();
    if (/[\p{Cc}\p{Cf}]/u.test(user)) {
      throw new Error(`${path}, line ${number} contains a control character. Remove it.`);
    }
    if (user) yield user;
  }
}

/**
 * @param {AsyncIterable<string>} users
 * @param {number} size
 */
async function* chunksOf(users, size) {
  /** Without duplicates. @type {Set<string>} */
  let chunk = new Set();
  for await (const user of users) {
    chunk.add(user);
    if (chunk.size < size) continue;
    yield [...chunk];
    chunk = new Set();
  }
  if (chunk.size > 0) yield [...chunk];
}

/**
 * The same for the same users at the same place of the list, so that the queue recognizes them.
 * @param {number} first
 * @param {string[]} users
 */
function jobIdOf(first, users) {
  const hash = createHash("sha256").update(users.join("\n")).digest("hex").slice(0, 16);
  return `users-${first}-${first + users.length - 1}-${hash}`;
}

async function produce() {
  if (!file) throw new Error("Name a file with one user id or email per line.");
  if (!/^[1-9]\d{0,3}$/.test(size)) throw new Error("A chunk must have 1 to 9999 users.");
  const journal = new Journal(redis, { prefix, run });
  let count = 0;
  for await (const users of chunksOf(usersIn(file), Number(size))) {
    await journal.add(users);
    await queue.add("revoke", { users }, { ...RETRIES, jobId: jobIdOf(count + 1, users) });
    count += users.length;
  }
  await queue.retryJobs({ state: "failed" });
  await queue.resume();
  console.log(`${count} users are queued.`);
}

const redis = connect({ isPatient: false });
const queue = openQueue(redis);
try {
  await produce();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  await queue.close();
  redis.disconnect();
}
