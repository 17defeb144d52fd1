// A tenant whose requests meet the faults that were drawn for their operations, and which tells
// afterwards what became of each.

import { startTenant } from "@archie/auth0-tenant-emulator";
import { FAULTS } from "../../__test__/support/fault-matrix/faults.mjs";
import { OPERATIONS } from "../fault-operations.mjs";

const byKey = new Map();
const byCredential = new Map();
const byCorrelation = new Map();
let open = 0;
let quiet = () => {};

const tenant = await startTenant({
  onRequest() {
    open -= 1;
    if (open === 0) quiet();
  },
});

/** The operation that a request belongs to. */
function operationOf({ url, body, headers }) {
  const [key] = /op-\d+-/.exec(decodeURIComponent(url) + decodeURIComponent(body)) ?? [];
  const code = new URLSearchParams(body).get("code");
  const operation = byKey.get(key) ?? byCredential.get(code ?? headers.authorization);
  const correlation = headers["x-correlation-id"];
  if (operation && correlation) byCorrelation.set(correlation, operation);
  return operation;
}

/** A pause would hold up every operation, since they share a tenant. */
const AT_ONCE = { "retry-after": "0" };

function installFaults() {
  tenant.fault(countOpen, {}, Number.POSITIVE_INFINITY);
  for (const [name, { what }] of Object.entries(FAULTS)) {
    const fault = name === "429" ? { ...what, headers: AT_ONCE } : what;
    tenant.fault((request) => meets(request, name), fault, Number.POSITIVE_INFINITY);
  }
}

let current;

/** Never a fault itself: it looks at each request before the others do. */
function countOpen(request) {
  open += 1;
  current = operationOf(request);
  return false;
}

function meets({ operation }, fault) {
  if (current?.fault !== fault || current.place !== operation || current.times <= 0) return false;
  current.times -= 1;
  current.isMet = true;
  return true;
}

const answers = {
  async prepare({ operation, url }) {
    const { seed, bring } = OPERATIONS[operation.name];
    seed(tenant, operation);
    const brought = await bring?.(tenant, operation, url);
    byKey.set(operation.key, operation);
    byCredential.set(brought?.code ?? `Bearer ${brought?.access_token}`, operation);
    return brought;
  },

  /** When nothing is under way any more: what happened to each operation. */
  async tell({ results }) {
    if (open > 0) await new Promise((resolve) => (quiet = resolve));
    return results.map(({ key, result }) => {
      const operation = byKey.get(key);
      const { done, once = [] } = OPERATIONS[operation.name];
      const times = (entry) => timesOf(operation, entry);
      return {
        isMet: operation.isMet === true,
        isDone: done?.(tenant, operation, result ?? undefined, times),
        mostOften: Math.max(0, ...once.map(times)),
      };
    });
  },

  reset() {
    tenant.reset();
    for (const map of [byKey, byCredential, byCorrelation]) map.clear();
    installFaults();
  },
};

function timesOf(operation, entry) {
  const isIts = ({ references, user_id: user }) =>
    byCorrelation.get(references?.correlation_id) === operation || user?.endsWith(operation.key);
  const isEntry = ({ type, description }) => type === entry || description === entry;
  return tenant.logs().filter((log) => isEntry(log) && isIts(log)).length;
}

process.on("message", async ({ id, ask, ...given }) => {
  process.send({ id, answer: (await answers[ask](given)) ?? null });
});
process.on("disconnect", () => tenant.close());

const { domain, clientId, clientSecret } = tenant;
process.send({ config: { domain, clientId, clientSecret } });
