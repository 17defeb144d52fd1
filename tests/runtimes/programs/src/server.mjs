// A program to bundle.
import { Auth0UserSecurityService, UserNotFoundError } from "@archie/auth0-user-security";

const { config, ada } = JSON.parse(process.env.INPUT);
try {
  const service = new Auth0UserSecurityService(config);
  const sessions = await service.findUserSessions(ada);
  const error = await service.findUserSessions("auth0|nobody").catch((error) => error);
  console.log(JSON.stringify([sessions.length, error instanceof UserNotFoundError]));
} catch ({ name, code, message }) {
  console.log(JSON.stringify({ name, code, message }));
}
