// Sends how long steady interactive calls took, and the outcomes of concurrent revocations during them.

import { setTimeout } from "node:timers/promises";
import { Auth0UserSecurityService, RateLimitError } from "@archie/auth0-user-security";

const {
  service: config,
  user,
  revocations,
  priority,
  everyMs,
  calls,
} = JSON.parse(process.argv[2]);
const service = new Auth0UserSecurityService(config);

async function revoke(index) {
  try {
    await service.revokeAllUserSessions(`auth0|revoked-${index}`, { priority });
    return "resolved";
  } catch (error) {
    const name = error instanceof RateLimitError ? "limited" : error.name;
    return error.effects ? `${name}, with effects` : `${name}, nothing changed`;
  }
}

async function interactive(index) {
  await setTimeout(index * everyMs);
  const start = performance.now();
  await service.findUserSessions(user);
  return performance.now() - start;
}

async function revokeAll() {
  const outcomes = {};
  const count = (outcome) => {
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  };
  const revoking = Array.from({ length: revocations }, (_, index) => revoke(index).then(count));
  await Promise.all(revoking);
  return outcomes;
}

const [waits, outcomes] = await Promise.all([
  Promise.all(Array.from({ length: calls }, (_, index) => interactive(index))),
  revokeAll(),
]);
waits.sort((one, other) => one - other);
const p99 = waits[Math.floor(waits.length * 0.99)];
process.send({ outcomes, p99 }, () => process.disconnect());
