// A CommonJS TypeScript module gets the same types.

import security = require("@archie/auth0-user-security");

const service = new security.Auth0UserSecurityService({
  domain: "tenant.eu.auth0.com",
  clientId: "id",
  clientSecret: "secret",
});
const sessions: Promise<security.UserSession[]> = service.findUserSessions("auth0|1");
sessions.catch((error: unknown) => error instanceof security.UserNotFoundError);
