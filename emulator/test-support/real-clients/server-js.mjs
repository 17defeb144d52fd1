import assert from "node:assert/strict";
import { ServerClient } from "@auth0/auth0-server-js";

/** A store as the library's documentation asks for, in memory. */
class MemoryStore {
  #rows = new Map();
  async get(id) {
    return this.#rows.get(id);
  }
  async set(id, row) {
    this.#rows.set(id, row);
  }
  async delete(id) {
    this.#rows.delete(id);
  }
  async deleteByLogoutToken({ sid }) {
    for (const [id, row] of this.#rows) if (row.internal.sid === sid) this.#rows.delete(id);
  }
}

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
  const audience = "https://api.example.com";
  const { accessToken } = await client.getAccessToken();
  assert.ok(accessToken, audience);
  const logout = await client.logout({ returnTo: "http://localhost:3000" });
  const response = await fetch(logout, { redirect: "manual" });
  assert.equal(response.headers.get("location"), "http://localhost:3000");
  assert.equal(await client.getUser(), undefined);
  console.log("ok");
  process.disconnect();
});
