// Processes that node:cluster forks list sessions while the first one does too.
import cluster from "node:cluster";
import { once } from "node:events";
import { Auth0UserSecurityService } from "@archie/auth0-user-security";

const { config, ada, processes } = JSON.parse(process.env.INPUT);
const service = new Auth0UserSecurityService(config);

if (cluster.isPrimary) {
  const workers = Array.from({ length: processes }, () => cluster.fork());
  const messages = Promise.all(workers.map((worker) => once(worker, "message")));
  const exits = Promise.all(workers.map((worker) => once(worker, "exit")));
  await service.findUserSessions(ada);
  const listed = (await messages).map(([{ listed }]) => listed);
  console.log(JSON.stringify({ listed, exits: (await exits).map(([code]) => code) }));
} else {
  const sessions = await service.findUserSessions(ada);
  process.send({ listed: sessions.length }, () => cluster.worker.disconnect());
}
