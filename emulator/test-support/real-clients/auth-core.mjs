import assert from "node:assert/strict";
import { Auth, skipCSRFCheck } from "@auth/core";
import Auth0 from "@auth/core/providers/auth0";

/** What next-auth 5 runs for each request, without Next.js. The parent process acts as the browser. */
const { ISSUER, CLIENT_ID, CLIENT_SECRET, REDIRECT_URI } = process.env;
const { origin } = new URL(REDIRECT_URI);
const cookies = new Map();

async function request(url, body) {
  const cookie = [...cookies].map((pair) => pair.join("=")).join("; ");
  const given = { headers: { cookie }, ...(body && { method: "POST", body }) };
  const response = await Auth(new Request(url, given), {
    basePath: "/auth",
    secret: "a-long-randomly-generated-string-stored-in-env",
    trustHost: true,
    skipCSRFCheck,
    providers: [Auth0({ clientId: CLIENT_ID, clientSecret: CLIENT_SECRET, issuer: ISSUER })],
  });
  for (const line of response.headers.getSetCookie()) {
    const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
    cookies.set(name, value);
  }
  return response;
}

const started = await request(`${origin}/auth/signin/auth0`, new URLSearchParams());
process.send({ url: started.headers.get("location") });
process.once("message", async ({ callback }) => {
  await request(callback);
  const session = await (await request(`${origin}/auth/session`)).json();
  assert.equal(session?.user?.email, "ada@example.com");
  console.log("ok");
  process.disconnect();
});
