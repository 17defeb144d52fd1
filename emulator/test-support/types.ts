import { type Fault, PEOPLE, startProxy, startTenant, type Tenant } from "../index.js";

/** Never run: it shows that the declarations fit the way the package is used. */
export async function use(): Promise<void> {
  await using tenant: Tenant = await startTenant({
    https: { hosts: ["a.example"] },
    domain: "your-tenant.auth0.com",
    plan: "enterprise",
    quirks: { trailingCursor: true },
    seed: { users: [{ user_id: PEOPLE.ada, email: "a@example.com" }] },
  });
  await using proxy = await startProxy({ routes: { "your-tenant.auth0.com:443": tenant } });
  const what: Fault = { reset: "after" };
  tenant.fault("post_identities", what, 2).remove();
  tenant.fault(/^GET/, { drip: { bytes: 1 } });
  const { code } = await tenant.login({ user: PEOPLE.ada, nonce: "n" });
  tenant.clock.advance(proxy.connections.length + (code?.length ?? 0));
  // @ts-expect-error no such option
  await startTenant({ prot: 1 });
  // @ts-expect-error no such fault
  tenant.fault("*", { statsu: 500 });
}
