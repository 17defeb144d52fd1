// CSRF protection: accepts a form only if one of our own pages submitted it.
//
// Browsers send the page's origin with every POST, and pages cannot change it. A single comparison is
// therefore sufficient: nothing is stored, and no form can be missing a token. The cookie's SameSite
// attribute alone is not enough, because it admits every page of the same site, such as a subdomain.

import { refusal } from "./messages.mjs";

const READS = ["GET", "HEAD"];

/** Install before all routes that change something. A GET changes nothing here, so links need no check. */
export function ownFormsOnly(baseUrl) {
  const { origin } = new URL(baseUrl);
  return ({ method, headers }, _response, next) => {
    if (READS.includes(method) || headers.origin === origin) return next();
    next(refusal(403));
  };
}
