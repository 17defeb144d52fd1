// What browsers are told about every answer.

import helmet from "helmet";

/** @param {string} loginOrigin where the form "Sign out" is redirected to */
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
    // Not "no-referrer": with it, forms would come without their origin, which csrf.mjs needs.
    referrerPolicy: { policy: "same-origin" },
  });

/** Pages show personal data: nobody keeps a copy, and "Back" after signing out shows none. */
export function noStore(_request, response, next) {
  response.set("Cache-Control", "no-store");
  next();
}
