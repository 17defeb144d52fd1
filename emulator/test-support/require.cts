// Never run: a CommonJS TypeScript module gets the same types.

import type * as imported from "@archie/auth0-tenant-emulator" with { "resolution-mode": "import" };

import emulator = require("@archie/auth0-tenant-emulator");

export async function use(): Promise<string> {
  const tenant: emulator.Tenant = await emulator.startTenant({ plan: "free" });
  const options: emulator.TenantOptions = { seed: { users: emulator.manyUsers(3) } };
  await using other = await emulator.startTenant(options);
  // @ts-expect-error: the options are typed
  await emulator.startTenant({ plan: "none" });
  return `${tenant.domain} ${other.domain} ${emulator.PEOPLE.ada} ${emulator.SESSIONS.adaIphone}`;
}

/** Every value that can be imported can be required. */
export const values: typeof imported = emulator;
