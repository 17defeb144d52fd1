// Auth0's SDK by its root.

import { ManagementClient } from "auth0";
import { jobsOfAuth0 } from "./auth0.mjs";
import { CREDENTIALS } from "./credentials.mjs";

export function open({ host }) {
  return jobsOfAuth0(new ManagementClient({ domain: host, ...CREDENTIALS }));
}
