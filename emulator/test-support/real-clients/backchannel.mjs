import assert from "node:assert/strict";
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { ServerClient } from "@auth0/auth0-server-js";
import { ManagementClient } from "auth0";
import { MemoryStore } from "./memory-store.mjs";

/** An application whose session ends when somebody revokes the one at Auth0. */
const { DOMAIN, CLIENT_ID, CLIENT_SECRET, REDIRECT_URI } = process.env;
let client;
const server = createServer(async (request, response) => {
  const form = new URLSearchParams(await text(request));
  await client.handleBackchannelLogout(form.get("logout_token"));
  response.end();
  assert.equal(await client.getUser(), undefined);
  console.log("ok");
  server.close();
  server.closeAllConnections();
  process.disconnect();
});
server.listen(0, "127.0.0.1", () => process.send({ port: server.address().port }));

process.once("message", async ({ clientId, clientSecret }) => {
  client = new ServerClient({
    domain: DOMAIN,
    clientId,
    clientSecret,
    authorizationParams: { redirect_uri: REDIRECT_URI },
    transactionStore: new MemoryStore(),
    stateStore: new MemoryStore(),
  });
  process.once("message", async ({ callback }) => {
    await client.completeInteractiveLogin(new URL(callback));
    const { sid } = await client.getUser();
    const credentials = { domain: DOMAIN, clientId: CLIENT_ID, clientSecret: CLIENT_SECRET };
    await new ManagementClient(credentials).sessions.revoke(sid);
  });
  process.send({ url: (await client.startInteractiveLogin()).href });
});
