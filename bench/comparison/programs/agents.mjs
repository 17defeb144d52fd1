// What user agents cost one contestant, through its list of sessions. Sends the figures.

import { openContestant } from "../contestants/index.mjs";
import { userId } from "../users.mjs";

const { tenant, contestant } = JSON.parse(process.argv[2]);
/** Each user has this many sessions, each with a user agent that no other user's sessions have. */
const SESSIONS = 50;
const USERS = Array.from({ length: 60 }, (_, number) => number);
const [WARM, NEW] = [USERS.slice(0, 20), USERS.slice(20)];
const REPEATS = 15;
const AGENTS = NEW.length * SESSIONS;

const client = await openContestant(contestant, tenant);

async function timed(user) {
  const began = performance.now();
  await client.list(userId(user));
  return performance.now() - began;
}

/** Processor time of the whole process for the lists of these users, in microseconds. */
async function cost(numbers, options) {
  const before = process.cpuUsage();
  for (const number of numbers) {
    await client.list(userId({ number, sessions: SESSIONS, ...options }));
  }
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

/** Both kinds of lists in turn, so that what changes meanwhile changes both. */
async function costs(numbers, repeats) {
  let [known, without] = [0, 0];
  for (let repeat = 0; repeat < repeats; repeat += 1) {
    known += (await cost(numbers)) / repeats;
    without += (await cost(numbers, { withoutAgents: true })) / repeats;
  }
  return { known, without };
}

// An empty list first: token and connection are not what is measured.
await timed({ number: 0, sessions: 0 });
const firstList = await timed({ number: 0 });

await costs(WARM, REPEATS);
const unknown = await cost(NEW);
const { known, without } = await costs(NEW, REPEATS);
const figures = {
  firstList,
  newAgent: (unknown - known) / AGENTS,
  knownAgent: ((known - without) / AGENTS) * 1000,
};
process.send(figures, () => process.exit());
