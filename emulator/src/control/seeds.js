import { refusing } from "./errors.js";

/** @import { Route } from "./route.js" */

const DOCUMENT = { type: "object" };
const EXAMPLE = '{"users":[{"user_id":"auth0|1","email":"ada@example.com"}]}';

/** @type {Route[]} */
export const seedRoutes = [
  {
    method: "POST",
    url: "/reset",
    body: DOCUMENT,
    isBodyOptional: true,
    example: EXAMPLE,
    handle: ({ tenant, body }) => refusing(() => tenant.reset(body)),
  },
  {
    method: "POST",
    url: "/seed",
    body: DOCUMENT,
    example: EXAMPLE,
    handle: ({ tenant, body }) => refusing(() => tenant.loadSeed(body)),
  },
  {
    method: "POST",
    url: "/settle",
    handle: ({ tenant }) => tenant.settle(),
  },
];
