// Against forged requests: a form counts only if one of our own pages sent it.
//
// Every browser names the origin of the page in each POST, and no page can make it lie. So one
// comparison is enough: nothing is stored, and no form can forget its token. The cookie's SameSite
// alone would not do, because it lets in every page of the same site, such as another subdomain.

import { refusal } from "./messages.mjs";

const READS = ["GET", "HEAD"];

/** Goes before everything that acts. A GET changes nothing here, so links need no check. */
export function ownFormsOnly(baseUrl) {
  const { origin } = new URL(baseUrl);
  return ({ method, headers }, _response, next) => {
    if (READS.includes(method) || headers.origin === origin) return next();
    next(refusal(403));
  };
}
