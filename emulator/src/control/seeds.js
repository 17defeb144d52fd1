import { describeSeedError, findSeedError } from "../seed/check.js";
import { rowsOfEveryTenant } from "../seed/load.js";
import { badRequest } from "./errors.js";
import { placeOf } from "./place.js";

/** @import { Seed } from "../../index.js" */
/** @import { Existing } from "../seed/dangling-references.js" */
/** @import { Route } from "./route.js" */

const DOCUMENT = { type: "object" };
const EXAMPLE = '{"users":[{"user_id":"auth0|1","email":"ada@example.com"}]}';

/**
 * Refuses a seed before anything is changed.
 * @param {Seed} seed
 * @param {Existing} store rows that it may refer to
 */
export function checkDocument(seed, store) {
  const error = findSeedError(seed, store);
  if (!error) return;
  const place = placeOf(error.path);
  const text = describeSeedError(error);
  throw badRequest({
    key: place || "body",
    reason: place === "" ? text : text.slice(place.length + 2),
    fix: "correct it as seed.schema.json of the package describes",
  });
}

/** @type {Route[]} */
export const seedRoutes = [
  {
    method: "POST",
    url: "/reset",
    body: DOCUMENT,
    isBodyOptional: true,
    example: EXAMPLE,
    handle({ core, tenant, body }) {
      if (body) checkDocument(body, rowsOfEveryTenant(core));
      tenant.reset(body);
    },
  },
  {
    method: "POST",
    url: "/seed",
    body: DOCUMENT,
    example: EXAMPLE,
    handle({ core, tenant, body }) {
      checkDocument(body, core.store);
      tenant.loadSeed(body);
    },
  },
  {
    method: "POST",
    url: "/settle",
    handle: ({ tenant }) => tenant.settle(),
  },
];
