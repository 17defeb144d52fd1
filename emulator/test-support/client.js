/** Requests a token as the default client. */
export async function token(tenant, form = {}) {
  const response = await fetch(`${tenant.url}/oauth/token`, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "client_credentials",
      client_id: tenant.clientId,
      client_secret: tenant.clientSecret,
      audience: tenant.audience,
      ...form,
    }),
  });
  return { status: response.status, body: await response.json() };
}

/**
 * A client of the Management API that fetches one token and uses it for every call.
 * @returns {Promise<(method: string, path: string, options?: object) => Promise<object>>}
 */
export async function api(tenant) {
  const { body } = await token(tenant);
  return async (method, path, { json, text, headers = {}, token = body.access_token } = {}) => {
    const response = await fetch(`${tenant.url}/api/v2${path}`, {
      method,
      headers: {
        ...(token && { authorization: `Bearer ${token}` }),
        ...((json !== undefined || text !== undefined) && { "content-type": "application/json" }),
        ...headers,
      },
      body: json === undefined ? text : JSON.stringify(json),
    });
    return read(response);
  };
}

export async function read(response) {
  const text = await response.text();
  const { status, headers } = response;
  return { status, headers, text, body: parse(text) };
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Redeems a code, as the default client unless `form` names another. */
export async function exchange(tenant, code, form = {}) {
  const response = await fetch(`${tenant.url}/oauth/token`, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "authorization_code",
      client_id: tenant.clientId,
      client_secret: tenant.clientSecret,
      redirect_uri: "http://localhost:3000/callback",
      ...(code && { code }),
      ...form,
    }),
  });
  return read(response);
}
