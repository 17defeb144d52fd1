// The load that `npm run profile` records: lists, the dashboard and revocation, 1 to 4,096 calls at a time.

import { OURS } from "./contestants/index.mjs";
import { measure, startResponder } from "./processes.mjs";

const STEPS = {
  "one at a time": { concurrency: 1, milliseconds: 1500 },
  list: { concurrency: 64, milliseconds: 2000 },
  dashboard: { job: "dashboard", concurrency: 64, milliseconds: 1500 },
  revoke: { job: "revoke", concurrency: 64, milliseconds: 1500 },
  "long lists": { concurrency: 16, milliseconds: 1000, sessions: 200, users: 40 },
  "more than connections": { concurrency: 4096, milliseconds: 2000 },
};

const responder = await startResponder();
try {
  await measure(responder, "closed-loop.mjs", { contestant: OURS, steps: STEPS });
} finally {
  await responder.stop();
}
