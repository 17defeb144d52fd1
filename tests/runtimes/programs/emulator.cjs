// A CommonJS program starts the emulator, signs somebody in, and ends.
const { PEOPLE, startTenant } = require("@archie/auth0-tenant-emulator");

(async () => {
  const tenant = await startTenant();
  const { code } = await tenant.login({ user: PEOPLE.ada });
  await tenant.close();
  console.log(JSON.stringify([typeof code, tenant.sessions(PEOPLE.ada).length]));
})();
