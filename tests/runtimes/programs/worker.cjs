// A thread with calls in flight, which reports when one has a response.
const { parentPort, workerData } = require("node:worker_threads");
const { Auth0UserSecurityService } = require("@archie/auth0-user-security");

const service = new Auth0UserSecurityService(workerData.config);
for (let i = 0; i < 50; i += 1) {
  service.findUserSessions(workerData.ada).then(
    () => parentPort.postMessage("responded"),
    () => {},
  );
}
