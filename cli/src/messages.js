import { AmbiguousUserError, Auth0UserSecurityError } from "@archie/auth0-user-security";

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
  if (AmbiguousUserError.isInstance(error)) return ambiguous(error);
  const isOurs = Auth0UserSecurityError.isInstance(error);
  return [
    isOurs ? `${error.message} (${code})` : error.message,
    isOurs && description && `Auth0 says: ${description}`,
    isOurs && hint && !error.message.includes(hint) && hint,
  ]
    .filter(Boolean)
    .join("\n");
}

/** @param {AmbiguousUserError} error */
function ambiguous({ code, userIds }) {
  const fix = "Name one of them by its id, or limit the email to one account with --connection.";
  return `${userIds.length} accounts share this email: ${userIds.join(", ")}. (${code})\n${fix}`;
}
