// Connects a second account to a user: the sign-in link, the callback, and an attack that fails.
//
//   node examples/connect-account.mjs

import { PEOPLE } from "@archie/auth0-tenant-emulator";
import { AccountLinkingError, UserAuthenticationMethodProvider } from "@archie/auth0-user-security";
import { onEmbeddedTenant } from "./support/embedded-tenant.mjs";

const callback = "http://127.0.0.1:3000/callback";
const { GITHUB, GOOGLE } = UserAuthenticationMethodProvider;
const { ada, linus, grace, sharedGoogle } = PEOPLE;

await onEmbeddedTenant(async (service, tenant) => {
  /** For the route that redirects a signed-in user's browser. */
  const begin = (user, provider) =>
    service.generateAccountConnectionUrl(provider, callback, { user });
  /** For the callback route. `user` is the user who is signed in there. */
  const finish = (user, { code, state }) =>
    service.connectSecondaryAccount(user, callback, code, { state, actor: user });

  const ticket = begin(ada, GITHUB);
  console.log(
    `Ada is redirected to ${new URL(ticket.redirect).pathname} and signs in with GitHub.`,
  );
  const cameBack = await tenant.authorize(ticket.redirect, { as: linus });
  const methods = await finish(ada, cameBack);
  console.log(`She can sign in by ${methods.map(({ provider }) => provider).join(" and ")}.`);

  // Grace signs in with an account that she controls, and tricks Ada into opening the callback.
  const lure = await tenant.authorize(begin(grace, GOOGLE).redirect, { as: sharedGoogle });
  try {
    await finish(ada, lure);
  } catch (error) {
    if (!(error instanceof AccountLinkingError)) throw error;
    console.log(`\nA callback issued to another user is refused: ${error.reason}.`);
  }
});
