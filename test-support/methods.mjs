// The public methods of a service.

import { Auth0UserSecurityService } from "@archie/auth0-user-security";

/** Their names, including those that the class inherits. */
export function methodNames() {
  const names = [];
  let prototype = Auth0UserSecurityService.prototype;
  for (; prototype !== Object.prototype; prototype = Object.getPrototypeOf(prototype)) {
    names.push(...Object.getOwnPropertyNames(prototype));
  }
  return names.filter((name) => name !== "constructor");
}
