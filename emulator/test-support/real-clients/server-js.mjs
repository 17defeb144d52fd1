import assert from "node:assert/strict";
import { ServerClient } from "@auth0/auth0-server-js";
import { MemoryStore } from "./memory-store.mjs";

/** Login, refresh and logout. The parent process acts as the browser. */
const { DOMAIN, CLIENT_ID, CLIENT_SECRET, REDIRECT_URI, USER } = process.env;
const client = new ServerClient({
  domain: DOMAIN,
  clientId: CLIENT_ID,
  clientSecret: CLIENT_SECRET,
  authorizationParams: { redirect_uri: REDIRECT_URI, scope: "openid profile email offline_access" },
  transactionStore: new MemoryStore(),
  stateStore: new MemoryStore(),
});
const url = await client.startInteractiveLogin({ appState: { from: "here" } });
process.send({ url: url.href });
process.once("message", async ({ callback }) => {
  const { appState } = await client.completeInteractiveLogin(new URL(callback));
  assert.deepEqual(appState, { from: "here" });
  assert.equal((await client.getUser()).sub, USER);
  const { refreshToken } = await client.getSession();
  assert.ok(refreshToken);
  assert.ok((await client.getAccessToken()).accessToken);
  const logout = await client.logout({ returnTo: "http://localhost:3000" });
  const response = await fetch(logout, { redirect: "manual" });
  assert.equal(response.headers.get("location"), "http://localhost:3000");
  assert.equal(await client.getUser(), undefined);
  console.log("ok");
  process.disconnect();
});
