// next-auth 4 in a Next.js application, with the emulator as its provider.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { PEOPLE } from "@archie/auth0-tenant-emulator";
import { environmentFor, startApplication } from "../../test-support/application.mjs";
import { tenantOf } from "../../test-support/service.mjs";

const example = fileURLToPath(new URL("../../examples/next/", import.meta.url));
const next = join(example, "node_modules/next/dist/bin/next");
// The public name of the application behind a proxy: its callback URL is known before its port is.
const PUBLIC = "https://shop.example";

/** Builds the application inside the Next.js example, whose packages it finds there. */
function build(t) {
  // Not in .next: a build of the example empties that.
  const cwd = mkdtempSync(join(example, ".next-auth-"));
  t.after(() => rmSync(cwd, { recursive: true }));
  cpSync(fileURLToPath(new URL("next-auth/", import.meta.url)), cwd, { recursive: true });
  const env = { ...process.env, NEXT_TELEMETRY_DISABLED: "1", NO_COLOR: "1" };
  const options = { cwd, env, encoding: "utf8" };
  const { status, stdout, stderr } = spawnSync(process.execPath, [next, "build"], options);
  assert.equal(status, 0, `${stdout}${stderr}`);
  return cwd;
}

/** A browser that knows the application by its public name. */
function browser(url) {
  const cookies = new Map();
  const headers = { "x-forwarded-host": "shop.example", "x-forwarded-proto": "https" };
  return async (address, body) => {
    const { pathname, search } = new URL(address, PUBLIC);
    const cookie = [...cookies].map((pair) => pair.join("=")).join("; ");
    const response = await fetch(new URL(`${pathname}${search}`, url), {
      redirect: "manual",
      headers: { ...headers, cookie },
      ...(body && { method: "POST", body: new URLSearchParams(body) }),
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
      cookies.set(name, value);
    }
    return response;
  };
}

test("a person signs in with next-auth 4 and signs out", async (t) => {
  const tenant = await tenantOf(t);
  const { client_id: clientId, client_secret: clientSecret } = tenant.addClient({
    callbacks: [`${PUBLIC}/api/auth/callback/auth0`],
  });
  const env = {
    ...environmentFor({ domain: tenant.domain, clientId, clientSecret }),
    AUTH0_ISSUER: tenant.issuer.replace(/\/$/, ""),
    AUTH_TRUST_HOST: "true",
    NEXTAUTH_SECRET: "a-long-randomly-generated-string-stored-in-env",
  };
  const args = [next, "start", "--port", "0", "--hostname", "127.0.0.1"];
  const { url } = await startApplication(t, args, { cwd: build(t), env });
  const request = browser(url);
  const session = async () => (await request("/api/auth/session")).json();

  const { csrfToken } = await (await request("/api/auth/csrf")).json();
  const started = await request("/api/auth/signin/auth0", { csrfToken, json: "true" });
  const { url: callback } = await tenant.authorize((await started.json()).url, {
    as: PEOPLE.ada,
  });
  assert.equal((await request(callback)).headers.get("location"), PUBLIC);
  const { user, sub } = await session();
  assert.deepEqual([user.email, sub], ["ada@example.com", PEOPLE.ada]);

  await request("/api/auth/signout", { csrfToken, json: "true" });
  assert.deepEqual(await session(), {});
});
