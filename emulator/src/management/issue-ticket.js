import { ApiError, invalidBody } from "../errors.js";

/** @import { Core } from "../core.js" */
/** @import { Request } from "../http.js" */
/** @import { Identity, Ticket, User } from "../store/model.js" */
/** @import { Store } from "../store/store.js" */
/** @import { Call } from "./operation.js" */

const FIVE_DAYS = 432_000;

/**
 * The page of each kind of ticket, in Universal Login and in Classic Login.
 * @type {Record<Ticket["kind"], { current: string, classic: string }>}
 */
const PATHS = {
  "password-change": { current: "/u/reset-password", classic: "/lo/reset" },
  "email-verification": { current: "/u/email-verification", classic: "/lo/verify_email" },
};

/**
 * Where a ticket may lead back to.
 * @param {Core} core
 * @param {Record<string, string | undefined>} body
 */
export function checkReturn({ store, quirks }, body) {
  const { result_url: url, client_id: clientId, organization_id: organization } = body;
  if (url !== undefined && organization !== undefined) {
    throw invalidBody("'Invalid combination of result_url and organization_id'.");
  }
  if (url !== undefined && clientId !== undefined && !quirks.resultUrlWithClientId) {
    throw invalidBody("'Invalid combination of result_url and client_id'.");
  }
  if (clientId !== undefined && !store.clients.has(clientId)) {
    throw new ApiError(400, "The client does not exist.");
  }
  if (organization !== undefined) throw new ApiError(400, "The organization does not exist.");
}

/**
 * Makes a ticket and the link that a person opens.
 * @param {Pick<Call, "core" | "body" | "request">} call
 * @param {Ticket["kind"]} kind
 * @param {User} user
 * @param {Identity} identity
 */
export function issueTicket({ core, body, request }, kind, user, identity) {
  const { store, ids, clock, quirks } = core;
  const id = ids.alphanumeric(32);
  if (quirks.newestTicketOnly) dropTickets(store, kind, user.user_id);
  store.tickets.set(id, {
    id,
    kind,
    userId: user.user_id,
    identityId: String(identity.user_id),
    resultUrl: body.result_url,
    clientId: body.client_id,
    markVerified: body.mark_email_as_verified ?? false,
    includeEmail: body.includeEmailInRedirect ?? false,
    expiresAt: clock.now() + (body.ttl_sec || FIVE_DAYS) * 1000,
  });
  const path = quirks.classicLogin ? PATHS[kind].classic : PATHS[kind].current;
  return { ticket: `${ticketOrigin(core, request)}${path}?ticket=${id}#` };
}

/**
 * @param {Store} store
 * @param {Ticket["kind"]} kind
 * @param {string} userId
 */
function dropTickets({ tickets }, kind, userId) {
  for (const [id, ticket] of tickets) {
    if (ticket.kind === kind && ticket.userId === userId) tickets.delete(id);
  }
}

/**
 * Links lead to the custom domain that the request asks for, or to the first one. Custom domains
 * always have TLS.
 * @param {Core} core
 * @param {Request} request
 */
function ticketOrigin(core, { headers }) {
  const { customDomains } = core.options;
  const requested = headers["auth0-custom-domain"];
  if (requested === undefined && customDomains.length === 0) return core.origin;
  const domain = String(requested ?? customDomains[0]);
  if (!customDomains.includes(domain)) {
    throw new ApiError(400, "The custom domain does not exist.", {
      code: "inexistent_custom_domain",
    });
  }
  return `https://${domain}`;
}
