const FAILURES_BEFORE_BLOCK = 10;

/** Brute-force protection: ten wrong passwords block that name from that address. */
export function isBlockedHere(core, { username, ip }) {
  const user = userNamed(core, username);
  const blocks = (user && core.store.blocks.get(user.user_id)) ?? [];
  return blocks.some((block) => block.identifier === username && block.ip === ip);
}

export function noteFailure(core, request, { username, ip }, { clientId }) {
  const user = userNamed(core, username);
  const known = {
    user_name: username,
    client_id: clientId,
    connection: "Username-Password-Authentication",
  };
  core.log(user ? "fp" : "fu", { ...known, user_id: user?.user_id }, request);
  if (!user) return;
  const key = `${user.user_id} ${ip}`;
  const failures = (core.store.failures.get(key) ?? 0) + 1;
  core.store.failures.set(key, failures);
  if (failures < FAILURES_BEFORE_BLOCK) return;
  const blocks = core.store.blocks.get(user.user_id) ?? [];
  const connection = user.identities[0].connection;
  core.store.blocks.set(user.user_id, [...blocks, { identifier: username, ip, connection }]);
  core.store.failures.delete(key);
  core.log("limit_wc", { ...known, user_id: user.user_id }, request);
}

function userNamed(core, username) {
  const named = username.toLowerCase();
  return core.store.users
    .values()
    .find(
      (user) =>
        user.identities[0].provider === "auth0" &&
        [user.email, user.username].some((name) => name?.toLowerCase() === named),
    );
}
