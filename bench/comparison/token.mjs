// The access token of those contestants that do not request one themselves.

const CREDENTIALS = {
  grant_type: "client_credentials",
  client_id: "benchmark",
  client_secret: "benchmark",
};

export async function requestToken(pool) {
  const { body } = await pool.request({
    path: "/oauth/token",
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(CREDENTIALS),
  });
  return (await body.json()).access_token;
}
