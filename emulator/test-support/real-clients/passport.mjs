import assert from "node:assert/strict";
import express from "express";
import passport from "passport";
import Auth0Strategy from "passport-auth0";

/** An application as in the library's documentation, whose only visitor has one session. */
const { DOMAIN, CLIENT_ID, CLIENT_SECRET, REDIRECT_URI, USER } = process.env;
const strategy = new Auth0Strategy(
  {
    domain: DOMAIN,
    clientID: CLIENT_ID,
    clientSecret: CLIENT_SECRET,
    callbackURL: REDIRECT_URI,
  },
  (_accessToken, _refreshToken, extraParams, profile, done) =>
    done(null, { id: profile.id, email: profile.emails[0].value, scope: extraParams.scope }),
);
passport.use(strategy);
const session = {};
const app = express();
app.use((request, _response, next) => {
  request.session = session;
  next();
});
app.use(passport.initialize());
app.get("/login", passport.authenticate("auth0", { scope: "openid email profile" }));
app.get("/callback", passport.authenticate("auth0", { session: false }), (request, response) =>
  response.json(request.user),
);
const server = app.listen(0, "127.0.0.1", async () => {
  const response = await fetch(`${own()}/login`, { redirect: "manual" });
  process.send({ url: response.headers.get("location") });
});
const own = () => `http://127.0.0.1:${server.address().port}`;

process.once("message", async ({ callback }) => {
  const { pathname, search } = new URL(callback);
  const response = await fetch(own() + pathname + search);
  const user = await response.json();
  assert.deepEqual(user, { id: USER, email: "ada@example.com", scope: "openid email profile" });
  console.log("ok");
  server.close();
  server.closeAllConnections();
  process.disconnect();
});
