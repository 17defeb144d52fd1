// The steps that all tests of connecting a second account share.

/** A callback URL of the emulator's default application. */
export const CALLBACK = "http://127.0.0.1:3000/callback";

/** Follows a connection URL as the given user; returns the parameters of the callback. */
export async function signInOn(tenant, ticket, as) {
  const { code, state } = await tenant.authorize(ticket.redirect, { as });
  return { code, state };
}

/**
 * A fresh ticket and the sign-in on it. `user` binds the ticket, `as` is who signs in.
 * @returns {Promise<{ code: string, state: string }>}
 */
export function signIn(tenant, service, { provider, as, ...options }) {
  const ticket = service.generateAccountConnectionUrl(provider, CALLBACK, options);
  return signInOn(tenant, ticket, as);
}

/** Signs in and connects in one go, bound to the user. */
export async function connect(tenant, service, { user, provider, as }, options) {
  const { code, state } = await signIn(tenant, service, { user, provider, as });
  return await service.connectSecondaryAccount(user, CALLBACK, code, { state, ...options });
}

/** An access token for /userinfo, as an application gets one when a user signs in. */
export async function accessTokenOf(tenant, user, scope) {
  const params = { response_type: "token" };
  const { access_token: token } = await tenant.login({ user, scope, params });
  return token;
}

/** Requests with their path templates, for instance `GET /api/v2/users/{id}`. */
export function templates(tenant) {
  return tenant.requests.map(({ method, template }) => `${method} ${template}`);
}

/** The identities of a user in the tenant: `provider|id`. */
export function identitiesOf(tenant, userId) {
  return tenant.user(userId).identities.map((one) => `${one.provider}|${one.user_id}`);
}
