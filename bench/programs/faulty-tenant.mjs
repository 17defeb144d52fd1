// Two tenants, one that deletes at once and one that deletes late. Requests meet the faults that were drawn for their
// operations. Signals callers when to abort, and finally reports the outcome of each operation.

import { startTenant } from "@archie/auth0-tenant-emulator";
import { FAULTS } from "../faults/catalogue.mjs";
import { keepsOthers, leftOf, mint, OPERATIONS } from "../faults/operations.mjs";

/** Long enough to observe what has not ended yet, short enough to wait for. */
const DELETE_DELAY_MS = 150;
/** How long a request is delayed while its caller aborts. */
const HOLD_MS = 25;

const byKey = new Map();
const byCredential = new Map();
const byCorrelation = new Map();
/** The operations that the requests in flight belong to. */
const underWay = new Map();
let quiet = () => {};

const tenants = {
  prompt: await startTenant({ onRequest: finished }),
  late: await startTenant({ onRequest: finished, deleteDelay: DELETE_DELAY_MS }),
};
const tenantOf = ({ isLate }) => (isLate ? tenants.late : tenants.prompt);

/** The operation that a request belongs to. */
function operationOf({ url, body, headers }) {
  const [key] = /op-\d+-/.exec(decodeURIComponent(url) + decodeURIComponent(body)) ?? [];
  const code = new URLSearchParams(body).get("code");
  const operation = byKey.get(key) ?? byCredential.get(code ?? headers.authorization);
  const correlation = headers["x-correlation-id"];
  if (operation && correlation) byCorrelation.set(correlation, operation);
  return operation;
}

const CHANGES = /DELETE|PATCH|POST/;

/** Gets each request before any fault, and decides which fault it meets. */
function received(request) {
  const operation = operationOf(request);
  const number = operation ? ++operation.requests : 0;
  const seen = { operation, number, fault: faultFor(operation, request) };
  underWay.set(request, seen);
  if (!operation) return false;
  if (headerToken(request)) operation.secrets.add(headerToken(request));
  if (operation.mints && operation.minted < 3) {
    operation.minted += 1;
    mint(tenantOf(operation), operation);
  }
  const { aborts } = operation;
  if (aborts?.at === number && aborts.when !== "after") leaves(operation);
  return false;
}

const headerToken = ({ headers: { authorization } }) => authorization?.replace("Bearer ", "");

/** The next fault of the script for this request, or the delay during which its caller aborts. */
function faultFor(operation, request) {
  if (!operation) return undefined;
  const isToken = request.url === "/oauth/token" && !request.body.includes("code=");
  const place = isToken ? "token" : request.operation;
  const next = operation.script.find((one) => one.place === place && one.times > 0);
  if (next) {
    next.times -= 1;
    operation.met.push({ fault: next.fault, place });
    return next.fault;
  }
  if (operation.aborts?.at !== operation.requests) return undefined;
  if (operation.aborts.when === "before") return "held before";
  if (operation.aborts.when === "during")
    return CHANGES.test(request.method) ? "held during" : "held before";
}

const HOLDS = {
  "held before": { delay: HOLD_MS },
  "held during": { drip: { bytes: 1, every: HOLD_MS } },
};

function leaves(operation) {
  operation.hasLeft = true;
  process.send({ leaves: operation.key });
}

function finished(request) {
  const seen = underWay.get(request);
  if (!seen) return;
  underWay.delete(request);
  const { operation, number } = seen;
  const token = request.url === "/oauth/token" && request.responseJson?.access_token;
  if (operation && token) byCredential.set(`Bearer ${token}`, operation);
  const { aborts } = operation ?? {};
  if (aborts?.at === number && aborts.when === "after") leaves(operation);
  if (underWay.size === 0) quiet();
}

function installFaults(tenant) {
  tenant.fault(received, {}, Number.POSITIVE_INFINITY);
  for (const [name, what] of Object.entries({ ...FAULTS, ...HOLDS })) {
    const meets = (request) => underWay.get(request)?.fault === name;
    tenant.fault(meets, what, Number.POSITIVE_INFINITY);
  }
}

const questions = {
  async prepare({ operation, url }) {
    Object.assign(operation, { requests: 0, minted: 0, met: [], secrets: new Set() });
    const tenant = tenantOf(operation);
    const { seed, bring } = OPERATIONS[operation.name];
    seed(tenant, operation);
    const brought = await bring?.(tenant, operation, url);
    for (const text of [brought?.code, brought?.state, brought?.access_token]) {
      if (text) operation.secrets.add(text);
    }
    byKey.set(operation.key, operation);
    if (brought) byCredential.set(brought.code ?? `Bearer ${brought.access_token}`, operation);
    return { brought, credentials: operation.isFresh ? freshClient(tenant, operation) : undefined };
  },

  /** What a call that waited has left behind, at the moment of its end. */
  look: ({ key }) => leftOf(tenantOf(byKey.get(key)), byKey.get(key)),

  /** The outcome of each operation, once no request is in flight and every accepted delete is done. */
  async verdicts({ keys }) {
    if (underWay.size > 0) await new Promise((resolve) => (quiet = resolve));
    for (const tenant of Object.values(tenants)) tenant.settle();
    return keys.map((key) => verdict(byKey.get(key)));
  },

  reset() {
    for (const map of [byKey, byCredential, byCorrelation, underWay]) map.clear();
    for (const tenant of Object.values(tenants)) {
      tenant.reset();
      installFaults(tenant);
    }
  },
};

/** An application for this operation only, whose token requests can meet faults as well. */
function freshClient(tenant, { key }) {
  const grants = [{ audience: tenant.audience, scope: SCOPES }];
  const client = tenant.addClient({ client_id: `${key}client`, grants });
  return { clientId: client.client_id, clientSecret: client.client_secret };
}

const SCOPES = [
  ...["read:users", "update:users", "create:user_tickets"],
  ...["read:sessions", "delete:sessions", "read:refresh_tokens", "delete:refresh_tokens"],
  ...["read:authentication_methods", "delete:authentication_methods", "delete:grants"],
  ...["read:grants", "read:device_credentials", "delete:device_credentials"],
];

function verdict(operation) {
  const tenant = tenantOf(operation);
  const { steps, once = [] } = OPERATIONS[operation.name];
  const times = (entry) => timesOf(tenant, operation, entry);
  return {
    met: operation.met,
    hasLeft: operation.hasLeft === true,
    steps: steps?.(tenant, operation, times) ?? {},
    keepsOthers: keepsOthers(tenant, operation),
    tokensLeft: operation.isChange ? leftOf(tenant, operation).tokens : 0,
    mostOften: Math.max(0, ...once.map(times)),
    secrets: [...operation.secrets],
  };
}

function timesOf(tenant, operation, entry) {
  const isIts = ({ references, user_id: user }) =>
    byCorrelation.get(references?.correlation_id) === operation || user?.endsWith(operation.key);
  const isEntry = ({ type, description }) => type === entry || description === entry;
  return tenant.logs().filter((log) => isEntry(log) && isIts(log)).length;
}

process.on("message", async ({ id, ask, ...given }) => {
  process.send({ id, response: (await questions[ask](given)) ?? null });
});
process.on("disconnect", () => Object.values(tenants).forEach((tenant) => void tenant.close()));

const config = ({ domain, clientId, clientSecret }) => ({ domain, clientId, clientSecret });
process.send({ configs: { prompt: config(tenants.prompt), late: config(tenants.late) } });
