// Those who are compared, by the names that reports use.

export const OURS = "this package";
export const POOL = "undici Pool";

/** Those who do the whole job: `list`, `dashboard` and `revoke` return what the package's own methods return. */
const WHOLE = {
  [OURS]: { file: "ours.mjs" },
  auth0: { file: "auth0-root.mjs" },
  "auth0, subpaths": { file: "auth0-subpaths.mjs" },
  [POOL]: { file: "undici.mjs" },
  "undici, HTTP/2": { file: "undici.mjs", options: { allowH2: true } },
  fetch: { file: "fetch.mjs" },
};

/** The request for a list alone. The client of `auth0` cannot but decode the response; the others only receive it. */
const BARE = {
  "bare auth0": "auth0",
  "bare undici Pool": POOL,
  "bare undici, HTTP/2": "undici, HTTP/2",
  "bare fetch": "fetch",
};

export const whole = Object.keys(WHOLE);
export const bare = Object.keys(BARE);

export async function openContestant(name, tenant) {
  const { file, options } = WHOLE[BARE[name] ?? name];
  const { open } = await import(`./${file}`);
  const client = await open({ ...tenant, ...options });
  return Object.hasOwn(BARE, name) ? { list: client.bare, close: client.close } : client;
}
