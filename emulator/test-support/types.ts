import * as declared from "../index.js";
import { startProxy } from "../src/proxy.js";
import { manyRefreshTokens, manySessions, manyUsers } from "../src/seed/factories.js";
import { PEOPLE, SESSIONS } from "../src/seed/people.js";
import { USER_AGENTS } from "../src/seed/user-agents.js";
import { startTenant } from "../src/tenant.js";

/** The implementation has the types that the package declares. */
export const implementation: typeof declared = {
  startTenant,
  startProxy,
  manySessions,
  manyRefreshTokens,
  manyUsers,
  PEOPLE,
  SESSIONS,
  USER_AGENTS,
};

/** Never run: shows that the declarations fit the way the package is used. */
export async function use(): Promise<void> {
  const { PEOPLE, startProxy, startTenant } = declared;
  await using tenant: declared.Tenant = await startTenant({
    https: { hosts: ["a.example"] },
    domain: "your-tenant.auth0.com",
    plan: "private-cloud-10000",
    rateLimits: { management: { burst: 500, perSecond: 160 } },
    tenantLogoutUrls: ["https://a.example"],
    quirks: { trailingCursor: true },
    control: { key: "0123456789abcdef", hosts: ["emulator"] },
    onToken: ({ kind, user }) => (kind === "userinfo" ? undefined : { "a:b": user?.email }),
    seed: { users: [{ user_id: PEOPLE.ada, email: "a@example.com" }] },
  });
  await using proxy = await startProxy({ routes: { "your-tenant.auth0.com:443": tenant } });
  const what: declared.Fault = { reset: "after" };
  tenant.fault("post_identities", what, 2).remove();
  tenant.fault(/^GET/, { drip: { bytes: 1 } });
  const { code } = await tenant.login({ user: PEOPLE.ada, nonce: "n" });
  await tenant.login({ user: PEOPLE.ada, actor: { sub: "auth0|support" } });
  tenant.addConnection({ name: "db", strategy: "auth0", options: { passwordPolicy: "fair" } });
  tenant.clock.advance(proxy.connections.length + (code?.length ?? 0));
  tenant.addClient({ web_origins: ["https://a.example"], oidc_logout: {} });
  tenant.reset({ users: [] });
  // @ts-expect-error a key is needed
  await startTenant({ control: {} });
  // @ts-expect-error no such option
  await startTenant({ prot: 1 });
  // @ts-expect-error no such fault
  tenant.fault("*", { statsu: 500 });
}
