// The README's walk through the sessions of a user. Prints what it found as JSON.

const diagnostics = require("node:diagnostics_channel");

const CHANNEL = "archie:auth0-user-security";

/** Kept in a variable: Bun drops a channel without references, with its subscribers. */
const tracing = diagnostics.tracingChannel(`${CHANNEL}:revokeUserSession`);

/** Everything that the package publishes from now on, on its audit channel and on one of its tracing channels. */
function recordedEvents() {
  const audited = [];
  const traced = [];
  diagnostics.subscribe(`${CHANNEL}:audit`, ({ action, outcome }) => audited.push(action, outcome));
  tracing.subscribe({
    start: ({ operation }) => traced.push(operation),
    asyncEnd: () => traced.push("end"),
  });
  return { audited, traced };
}

const failure = (promise) =>
  promise.then(
    () => undefined,
    (error) => error,
  );

module.exports = async (library) => {
  const { Auth0UserSecurityService, Auth0UserSecurityError } = library;
  const { config, hanging, ada, grace, foreign } = JSON.parse(process.env.INPUT);
  const service = new Auth0UserSecurityService(config);
  const events = recordedEvents();
  const sessions = await service.findUserSessions(ada);
  await service.revokeUserSession(ada, sessions[0]);
  const left = await service.findUserSessions(ada);
  const refused = await failure(service.revokeUserSession(ada, { id: foreign }));
  const nobody = await failure(service.findUserSessions("auth0|nobody"));
  const reason = new Error("enough");
  const controller = new AbortController();
  const stopped = failure(
    new Auth0UserSecurityService(hanging).findUserSessions(ada, { signal: controller.signal }),
  );
  setImmediate(() => controller.abort(reason));
  const misused = await failure(service.findUserSessions(null));
  const dashboard = await service.getUserSecurityDashboard(grace);
  console.log(
    JSON.stringify({
      device: sessions[0].device,
      listed: sessions.length,
      isDate: sessions[0].createdAt instanceof Date,
      left: left.length,
      refused: [refused instanceof library.SessionNotFoundError, refused.code],
      nobody: [
        nobody instanceof library.UserNotFoundError,
        nobody instanceof Auth0UserSecurityError,
      ],
      ownLine: /flow\.cjs/.test(nobody.stack),
      stopped: (await stopped) === reason,
      misused: [misused instanceof TypeError, misused.code],
      ...events,
      dashboard: dashboard.sessions.length,
    }),
  );
};
