// The responder accepts any credentials.

export const CREDENTIALS = { clientId: "benchmark", clientSecret: "benchmark" };

/** The access token of those contestants that do not request one themselves. */
export async function requestToken(post) {
  const { access_token: token } = await post("/oauth/token", {
    grant_type: "client_credentials",
    client_id: CREDENTIALS.clientId,
    client_secret: CREDENTIALS.clientSecret,
  });
  return token;
}
