import { Auth0UserSecurityError } from "@archie/auth0-user-security";

/**
 * An error for the person at the terminal: its message, Auth0's own explanation and how to fix it. No message of the
 * library contains a secret.
 * @param {unknown} error
 */
export function messageOf(error) {
  if (!(error instanceof Error)) return String(error);
  const { code, description, hint } = /** @type {Auth0UserSecurityError & { hint?: string }} */ (
    error
  );
  const isOurs = Auth0UserSecurityError.isInstance(error);
  return [
    isOurs ? `${error.message} (${code})` : error.message,
    isOurs && description && `Auth0 says: ${description}`,
    isOurs && hint,
  ]
    .filter(Boolean)
    .join("\n");
}
