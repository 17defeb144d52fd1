// Two copies of the package, each with its own addon, as nested dependencies install them.
const { config, other } = JSON.parse(process.env.INPUT);
const copies = [require("@archie/auth0-user-security"), require(other)];

const failure = ({ Auth0UserSecurityService }) =>
  new Auth0UserSecurityService(config).findUserSessions("auth0|nobody").catch((error) => error);

Promise.all(copies.map(failure)).then((errors) => {
  const kinds = ({ UserNotFoundError, NetworkError }) =>
    errors.map((error) => [
      error instanceof UserNotFoundError,
      UserNotFoundError.isInstance(error),
      NetworkError.isInstance(error),
    ]);
  console.log(JSON.stringify(copies.map(kinds)));
});
