import { DOCUMENTED_SCOPES } from "../management/scopes.js";
import { suggest } from "../suggest.js";
import { error } from "./error.js";
import { NOTHING } from "./existing.js";

/** @import { Seed } from "../../index.js" */
/** @import { ValidationError } from "../validate.js" */
/** @import { Existing } from "./existing.js" */

/** @typedef {{ path: (string | number)[], audience: string | undefined, scopes: string[], ofUser: boolean }} Request */

/** Scopes of OpenID Connect, which belong to no API. */
const OIDC_SCOPES = ["openid", "profile", "email", "phone", "address", "offline_access"];

/**
 * Checks that every granted scope is one of its API. APIs that are known only once the tenant runs are left
 * to the start.
 * @param {Seed} seed
 * @param {Existing} store
 * @returns {Generator<ValidationError>}
 */
export function* findBadScopes(seed, store) {
  const own = new Map((seed.apis ?? []).map((api) => [api.identifier, api]));
  for (const { path, audience, scopes, ofUser } of grantedScopes(seed)) {
    // Without an audience, a grant is for the Management API, whose address may not be known yet.
    const isManagement = audience === undefined || audience.endsWith("/api/v2/");
    /** @type {{ scopes?: string[] } | undefined} */
    const api = audience === undefined ? {} : (own.get(audience) ?? store.apis.get(audience));
    if (!api && (store === NOTHING || audience?.endsWith("/userinfo"))) continue;
    if (!api) {
      const place = [...path.slice(0, -1), "audience"];
      yield error(place, `unknown API: ${audience}`, "Add it to the apis, or name another one.");
      continue;
    }
    const documented = isManagement ? DOCUMENTED_SCOPES : [];
    const known = new Set([...(api.scopes ?? []), ...documented, ...(ofUser ? OIDC_SCOPES : [])]);
    for (const [index, scope] of scopes.entries()) {
      if (known.has(scope)) continue;
      const fix = isManagement
        ? "The Management API has no such scope; for another API, name its audience."
        : `Add it to the scopes of the API ${audience}.`;
      yield error([...path, index], `unknown scope: ${scope}`, `${fix} ${suggest(scope, known)}`);
    }
  }
}

/**
 * What applications may ask of APIs, and what users allowed them.
 * @param {Seed} seed
 * @returns {Generator<Request>}
 */
function* grantedScopes(seed) {
  const clients = /** @type {{ grants?: { audience: string, scope: string[] }[] }[]} */ (
    seed.clients ?? []
  );
  for (const [at, { grants = [] }] of clients.entries()) {
    for (const [index, { audience, scope: scopes }] of grants.entries()) {
      yield { path: ["clients", at, "grants", index, "scope"], audience, scopes, ofUser: false };
    }
  }
  for (const [at, { audience, scope: scopes = [] }] of (seed.grants ?? []).entries()) {
    yield { path: ["grants", at, "scope"], audience, scopes, ofUser: true };
  }
}
