// Lists the sessions of one user of a real tenant, without changing anything.

import { Auth0UserSecurityService } from "@archie/auth0-user-security";
import { heading, sessionTable } from "./print.mjs";

export async function readOnlyDemo(argument, env) {
  const who = argument ?? env.AUTH0_DEMO_USER;
  if (!who) {
    throw new Error(
      "AUTH0_DOMAIN is set, so the demo lists sessions on that tenant. Specify the user:\n" +
        "  npm run demo -- ada@example.com, or set AUTH0_DEMO_USER to an email or Auth0 user id.",
    );
  }
  const service = new Auth0UserSecurityService({
    domain: env.AUTH0_DOMAIN,
    clientId: env.AUTH0_CLIENT_ID,
    clientSecret: env.AUTH0_CLIENT_SECRET,
    ...(env.AUTH0_AUDIENCE && { audience: env.AUTH0_AUDIENCE }),
  });
  heading(`Sessions of ${who} on ${env.AUTH0_DOMAIN} (read-only)`);
  const isEmail = who.includes("@") && !who.includes("|");
  const sessions = await service.findUserSessions(isEmail ? { email: who } : who);
  console.log(sessionTable(sessions));
}
