// The NestJS example as it is started; its own tests are in examples/nestjs/src.

import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { PEOPLE, SESSIONS } from "@archie/auth0-tenant-emulator";
import { environmentFor, startApplication } from "../../test-support/application.mjs";
import { tenantOf } from "../../test-support/service.mjs";

const cwd = fileURLToPath(new URL("../../examples/nestjs/", import.meta.url));

test("it reads its settings from the environment, logs like Nest, and ends on SIGTERM", async (t) => {
  const tenant = await tenantOf(t);
  const login = { sub: PEOPLE.ada, sid: SESSIONS.adaWindows };
  const env = { ...environmentFor(tenant, login), PORT: "0" };
  const application = await startApplication(t, ["dist/main.js"], { cwd, env });
  const session = `${application.url}/me/sessions/${SESSIONS.adaIphone}`;
  const headers = { connection: "close" };
  const { status } = await fetch(session, { method: "DELETE", headers });
  assert.equal(status, 204);
  await application.printed(
    /LOG.*\[UserSecurityService\] auth0-user-security: audit: session\.revoke success/,
  );
  assert.deepEqual(await application.stop("SIGTERM"), [null, "SIGTERM"]);
});
