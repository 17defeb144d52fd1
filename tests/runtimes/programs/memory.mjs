// The memory of the process after each round of calls, of which half succeed and half fail.
import { Auth0UserSecurityService } from "@archie/auth0-user-security";

const { config, rounds, callsPerRound } = JSON.parse(process.env.INPUT);
const CALLS_AT_ONCE = 100;
const service = new Auth0UserSecurityService(config);
const collectGarbage = globalThis.gc ?? (() => globalThis.Bun.gc(true));

const marks = [];
for (let round = 0; round < rounds; round += 1) {
  for (let done = 0; done < callsPerRound; done += CALLS_AT_ONCE) await callsAtOnce();
  collectGarbage();
  marks.push(process.memoryUsage.rss());
}
console.log(JSON.stringify(marks));

async function callsAtOnce() {
  const calls = Array.from({ length: CALLS_AT_ONCE }, (_, i) => {
    const { signal } = new AbortController();
    return service.findUserSessions(i % 2 ? "auth0|ada" : "auth0|nobody", { signal });
  });
  const outcomes = await Promise.allSettled(calls);
  const failures = outcomes.filter(({ status }) => status === "rejected");
  if (failures.length !== CALLS_AT_ONCE / 2) throw failures[0]?.reason ?? new Error("no failure");
}
