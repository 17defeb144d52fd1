// From the sessions of Auth0 to those that findUserSessions of the addon returns, in JavaScript.

import { agentOf } from "./agents.mjs";

/** The live ones, most recently active first. */
export function liveSessions(rows, owner) {
  const now = Date.now();
  const views = [];
  for (const row of rows) {
    const view = viewOf(row, owner);
    if (!isOver(view.expiresAt, now) && !isOver(view.idleExpiresAt, now)) views.push(view);
  }
  return views.sort((one, other) => activity(other) - activity(one));
}

const date = (text) => (text ? new Date(text) : undefined);
const isOver = (end, now) => end !== undefined && end.getTime() <= now;
const activity = ({ lastActivityAt }) => lastActivityAt?.getTime() ?? 0;

function viewOf(row, owner) {
  const device = row.device ?? {};
  const userAgent = device.last_user_agent ?? device.initial_user_agent;
  const agent = agentOf(userAgent);
  const clientIds = row.clients?.map((client) => client.client_id) ?? [];
  const updatedAt = date(row.updated_at);
  const createdAt = date(row.created_at) ?? updatedAt;
  const mode = row.cookie?.mode;
  return {
    id: row.id,
    userId: row.user_id ?? owner,
    clientId: clientIds[0] ?? "",
    clientIds,
    createdAt,
    updatedAt: updatedAt ?? createdAt,
    authenticatedAt: date(row.authenticated_at),
    lastActivityAt: date(row.last_interacted_at) ?? updatedAt,
    expiresAt: date(row.expires_at),
    idleExpiresAt: date(row.idle_expires_at),
    device: agent.device,
    browser: agent.browser,
    os: agent.os,
    platform: agent.os,
    name: agent.browser,
    address: device.last_ip ?? device.initial_ip ?? "Unknown",
    initialAddress: device.initial_ip,
    asn: device.last_asn ?? device.initial_asn,
    initialAsn: device.initial_asn,
    initialOs: device.initial_user_agent && agentOf(device.initial_user_agent).os,
    userAgent,
    country: undefined,
    city: undefined,
    current: false,
    persistent: mode === undefined ? undefined : mode === "persistent",
    authenticationMethods: row.authentication?.methods?.map(methodOf) ?? [],
    metadata: row.session_metadata ?? undefined,
    actor: row.actor && actorOf(row.actor),
  };
}

function actorOf({ sub, ...claims }) {
  return { sub, claims };
}

function methodOf({ name, type, timestamp }) {
  return { name, type, at: date(timestamp) };
}
