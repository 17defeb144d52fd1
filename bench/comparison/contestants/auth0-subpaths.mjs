// Auth0's SDK by the subpaths of the clients that are used.

import { createManagementAuth } from "auth0/management";
import { SessionsClient } from "auth0/sessions";
import { UsersClient } from "auth0/users";
import { jobsOfAuth0 } from "./auth0.mjs";
import { CREDENTIALS } from "./credentials.mjs";

export function open({ host }) {
  const { clientOptions } = createManagementAuth({ domain: host, ...CREDENTIALS });
  const [users, sessions] = [new UsersClient(clientOptions), new SessionsClient(clientOptions)];
  return jobsOfAuth0({ users, sessions });
}
