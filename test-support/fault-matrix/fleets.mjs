// The methods of the matrix that run for many users, each called for one: its result says what happened, and nothing is
// thrown.

import assert from "node:assert/strict";
import { PEOPLE } from "@archie/auth0-tenant-emulator";
import { ERROR_CODES } from "../error-codes.mjs";
import { extent, isTokenRequest, operation, timesDone } from "./parts.mjs";

const { ada } = PEOPLE;
const TICKET = "Create a Password Change Ticket";

const user = operation("get_users_by_id");
const list = operation("get_sessions_for_user");
const update = operation("patch_users_by_id");
const sessions = operation("delete_sessions_for_user");
const tokens = operation("delete_refresh_tokens_for_user");
const ticket = operation("post_password-change");

/** The result of a run for one user; throws it if it has an error. */
async function resultOf(run) {
  const [result] = await run;
  if (result.error === undefined) return result;
  throw new FailedResult(result);
}

/** A result with an error, as the matrix describes errors. */
export class FailedResult {
  constructor(result) {
    const [name] = Object.entries(ERROR_CODES).find(([, code]) => code === result.code) ?? [];
    assert.ok(name, `${result.code} is no code of an error`);
    Object.assign(this, { name, result, effects: result.effects });
  }
}

export const FLEETS = {
  bulkRevokeUserSessions: {
    places: { token: isTokenRequest, sessions, "refresh tokens": tokens },
    call: ({ service }) => resultOf(service.bulkRevokeUserSessions([ada])),
    effect: (tenant) =>
      extent(tenant.sessions(ada).length === 0, tenant.refreshTokens(ada).length === 0),
  },
  bulkBlockUsers: {
    places: { block: update, user, list },
    call: ({ service }) => resultOf(service.bulkBlockUsers([ada])),
    effect: (tenant) => extent(tenant.user(ada).blocked === true),
  },
  bulkGeneratePasswordChangeTickets: {
    places: { user, ticket },
    call: ({ service }) => resultOf(service.bulkGeneratePasswordChangeTickets([ada])),
    effect: (tenant) => extent(timesDone(tenant, TICKET) > 0),
    onlyOnce: [TICKET],
  },
};
