// Objects of another context, such as those of test runners, are valid arguments.
const vm = require("node:vm");
const library = require("@archie/auth0-user-security");

const { config, ada } = JSON.parse(process.env.INPUT);
const source = `(async () => {
  const service = new library.Auth0UserSecurityService(JSON.parse(config));
  const sessions = await service.findUserSessions({ sub: ada }, { timeoutMs: 10_000 });
  const error = await service.findUserSessions("auth0|nobody").catch((error) => error);
  return [sessions.length, error instanceof library.UserNotFoundError, error.name];
})()`;
const context = vm.createContext({ library, config: JSON.stringify(config), ada });
vm.runInContext(source, context).then((met) => console.log(JSON.stringify(met)));
