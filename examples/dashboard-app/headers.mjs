// Security headers of every response.

import helmet from "helmet";

/** @param {string} loginOrigin the origin that the "Sign out" form redirects to */
export const securityHeaders = (loginOrigin) =>
  helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'"],
        formAction: ["'self'", loginOrigin],
        frameAncestors: ["'none'"],
        baseUri: ["'none'"],
      },
    },
    xFrameOptions: { action: "deny" },
    // Not "no-referrer": browsers would then omit the origin of forms, which csrf.mjs needs.
    referrerPolicy: { policy: "same-origin" },
  });

/** Pages contain personal data: they are not cached, and "Back" after signing out does not show them. */
export function noStore(_request, response, next) {
  response.set("Cache-Control", "no-store");
  next();
}
