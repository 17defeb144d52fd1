// The users of the fault benchmark: each operation has its own, named after it.

export const user = ({ key }) => `auth0|${key}`;
export const email = ({ key }) => `${key}@example.com`;
export const session = ({ key }, letter) => `${key}${letter}`;

/** The user, by id or by email as drawn. */
export const who = (operation) =>
  operation.isByEmail ? { email: email(operation) } : { id: user(operation) };

export function addUser(tenant, operation, more) {
  const person = { email: email(operation), email_verified: true, ...more };
  tenant.addUser({ user_id: user(operation), ...person });
}

/** A step that is done as a whole. */
export const once = (isDone) => ({ ended: isDone ? 1 : 0, of: 1 });
