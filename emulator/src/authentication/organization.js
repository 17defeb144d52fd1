import { OAuthError } from "../errors.js";

/** @import { Fields } from "../http.js" */

/**
 * Auth0's answer to `organization` from an application that is not set up for organizations, as none is
 * here. Ignoring it would give tokens without `org_id` to whomever signs in, member or not.
 * @param {Fields} fields
 */
export function refuseOrganization({ organization }) {
  if (!organization) return;
  const text = "parameter organization is not allowed for this client";
  const reason = "the emulator has no logins to organizations";
  throw new OAuthError(400, "invalid_request", `${text}: ${reason}`);
}
