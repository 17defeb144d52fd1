import { OAuthError } from "../errors.js";

/**
 * Auth0's answer to `organization` from an application that is not set up for organizations, as none is
 * here. Ignoring it would give tokens without `org_id` to whomever signs in, member or not.
 * @param {{ organization?: string }} fields
 */
export function refuseOrganization({ organization }) {
  if (!organization) return;
  const text = "parameter organization is not allowed for this client";
  const reason = "the emulator has no logins to organizations";
  throw new OAuthError(400, "invalid_request", `${text}: ${reason}`);
}
