import express from "express";
import { auth } from "express-openid-connect";

/** An application as in the library's documentation. The parent process sends its credentials. */
const app = express();
const server = app.listen(0, "127.0.0.1", () => process.send({ port: server.address().port }));

process.once("message", ({ clientId, clientSecret, issuer, params }) => {
  app.use(
    auth({
      issuerBaseURL: issuer,
      baseURL: `http://127.0.0.1:${server.address().port}`,
      clientID: clientId,
      secret: "a-long-randomly-generated-string-stored-in-env",
      ...(params && { clientSecret, authorizationParams: params }),
    }),
  );
  app.get("/", (request, response) => {
    const { sub, sid } = request.oidc.idTokenClaims;
    response.send(`<p id="who">${sub}</p><p id="sid">${sid}</p>`);
  });
  process.send({ ready: true });
});
process.once("disconnect", () => process.exit());
