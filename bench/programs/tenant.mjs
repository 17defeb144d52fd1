// The tenant that the measurements call.

import { PEOPLE, startTenant } from "@archie/auth0-tenant-emulator";

let counts;

function startCounting() {
  counts = { token: 0, all: 0, refused: 0, faulted: 0 };
}
startCounting();

const FAULTY_USER = "auth0|faulty";
const FAULTS = [
  { status: 500 },
  { status: 503, headers: { "retry-after": "0" } },
  { status: 429, headers: { "retry-after": "0" } },
  { status: 400 },
  { reset: "before" },
  { reset: "after" },
  { hang: "before" },
  { hang: "body" },
  { truncate: true },
  { delay: 150 },
  { missing: ["sessions", "identities"] },
  { wrongTypes: true },
  { body: "<p>Bad gateway" },
];

/** Every second request about the faulty user meets a fault, in turn. */
function misbehave(tenant) {
  tenant.addUser({ user_id: FAULTY_USER, email: "faulty@example.com" });
  const turns = new WeakMap();
  let turn = 0;
  const turnOf = (request) => {
    if (!turns.has(request)) turns.set(request, turn++);
    return turns.get(request);
  };
  const isFaulty = ({ url }) => url.includes(encodeURIComponent(FAULTY_USER));
  for (const [index, fault] of FAULTS.entries()) {
    const isTurn = (request) => turnOf(request) % (2 * FAULTS.length) === 2 * index;
    tenant.fault((request) => isFaulty(request) && isTurn(request), fault, Infinity);
  }
}

/** Users who have a session and a refresh token each, to revoke. */
function addRevocable(tenant, count) {
  for (let index = 0; index < count; index += 1) {
    const user_id = `auth0|revoked-${index}`;
    tenant.addUser({ user_id, email: `revoked-${index}@example.com` });
    tenant.addSession({ user_id });
    tenant.addRefreshToken({ user_id });
  }
}

/** How many of these users have lost both, neither, or only one of the two. */
function revoked(tenant, count) {
  const users = { whole: 0, untouched: 0, halfDone: 0 };
  for (let index = 0; index < count; index += 1) {
    const user = `auth0|revoked-${index}`;
    const left = [tenant.sessions(user), tenant.refreshTokens(user)];
    const gone = left.filter(({ length }) => length === 0).length;
    users[["untouched", "halfDone", "whole"][gone]] += 1;
  }
  return users;
}

const { misbehaves, revocable = 0, ...options } = JSON.parse(process.argv[2] ?? "{}");
const tenant = await startTenant({
  recordLimit: 0,
  ...options,
  onRequest({ url, status, fault }) {
    if (url === "/oauth/token") counts.token += 1;
    else counts.all += 1;
    if (status === 429) counts.refused += 1;
    if (fault) counts.faulted += 1;
  },
});

if (misbehaves) misbehave(tenant);
addRevocable(tenant, revocable);

process.on("message", () => {
  process.send({ ...counts, users: revoked(tenant, revocable) });
  startCounting();
});
process.on("disconnect", () => tenant.close());

const { domain, clientId, clientSecret } = tenant;
process.send({
  service: { domain, clientId, clientSecret },
  user: PEOPLE.grace,
  faultyUser: FAULTY_USER,
});
