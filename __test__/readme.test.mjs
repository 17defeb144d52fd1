// The examples of the READMEs run as they stand, against the emulator.

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { PEOPLE, SESSIONS, startTenant, USER_AGENTS } from "@archie/auth0-tenant-emulator";
import { SessionNotFoundError, UserNotFoundError } from "@archie/auth0-user-security";
import { consumer, readDocument } from "./support/consumer.mjs";
import { codeBlocks } from "./support/markdown.mjs";
import { needsOriginal, originalBlock } from "./support/original-readme.mjs";

/** A tenant that the environment names, and a recording of what is printed. */
async function stage(t, options) {
  const tenant = await startTenant(options);
  t.after(() => tenant.close());
  process.env.AUTH0_DOMAIN = tenant.domain;
  process.env.AUTH0_CLIENT_ID = tenant.clientId;
  process.env.AUTH0_CLIENT_SECRET = tenant.clientSecret;
  const printed = [];
  for (const method of ["log", "warn", "error"]) {
    t.mock.method(console, method, (...words) => printed.push(words.join(" ")));
  }
  return { tenant, printed };
}

/** Compiles TypeScript and imports it. */
function load(t, source) {
  const project = consumer(t, { "example.ts": source }, { noCheck: true });
  project.compile();
  return import(pathToFileURL(join(project.directory, "example.js")));
}

test("the examples of the README run, from top to bottom", async (t) => {
  const { tenant, printed } = await stage(t);
  const blocks = codeBlocks(readDocument("README.md")).filter(({ language }) => language === "ts");
  await load(t, blocks.map(({ code }) => code).join("\n"));
  assert.deepEqual(printed.slice(0, 4), ["Desktop", "Chrome 120.0.0", "Windows 10", "203.0.113.7"]);
  assert.ok(printed.includes("3 other sessions were revoked."));
  assert.ok(printed.some((line) => /^email-password ada@example.com true$/.test(line)));
  assert.ok(printed.some((line) => line.includes("/authorize?response_type=code")));
  assert.ok(printed.some((line) => /^Which one\? /.test(line)));
  assert.ok(printed.some((line) => line.startsWith("session.revoke_all")));
  assert.deepEqual([tenant.sessions(PEOPLE.ada), tenant.refreshTokens(PEOPLE.ada)], [[], []]);
});

test("the original README's session management runs unchanged", needsOriginal, async (t) => {
  const { tenant, printed } = await stage(t);
  const functions = `export {
    getUserSessionsWithDetails, revokeSpecificSession, revokeAllUserSessions, revokeAllOtherSessions
  };`;
  const source = originalBlock("Complete Session Management");
  const example = await load(t, `${source}\n${functions}`);

  await t.test("lists the sessions of a user", async () => {
    const sessions = await example.getUserSessionsWithDetails("ada@example.com");
    assert.equal(sessions.length, 5);
    assert.equal(printed[0], "User ada@example.com has 5 active sessions:");
    assert.ok(printed.includes("  - Name: Chrome 120.0.0"));
    assert.ok(printed.includes("  - Platform: Windows 10"));
  });

  await t.test("says that a user is not found", async () => {
    const absent = example.getUserSessionsWithDetails("nobody@example.com");
    await assert.rejects(absent, UserNotFoundError);
    assert.equal(printed.at(-1), "User not found: nobody@example.com");
  });

  await t.test("revokes one session, and none of another user", async () => {
    assert.equal(await example.revokeSpecificSession("ada@example.com", SESSIONS.adaIphone), true);
    assert.equal(printed.at(-1), `✅ Session ${SESSIONS.adaIphone} revoked successfully`);
    const foreign = example.revokeSpecificSession("ada@example.com", SESSIONS.graceTablet);
    await assert.rejects(foreign, SessionNotFoundError);
    assert.equal(printed.at(-1), "Session not found or does not belong to user");
  });

  await t.test("revokes all sessions but the current one, then all", async () => {
    assert.equal(await example.revokeAllOtherSessions("ada@example.com", SESSIONS.adaWindows), 3);
    assert.equal(printed.at(-1), "✅ Revoked 3 out of 3 sessions");
    assert.equal(await example.revokeAllUserSessions("ada@example.com"), true);
    assert.deepEqual(tenant.sessions(PEOPLE.ada), []);
  });
});

const USER = "auth0|user123";
const SEED = {
  users: [{ user_id: USER, email: "user123@example.com", password: "a long one" }],
  sessions: [
    { id: "sessionId", user_id: USER },
    { id: "other", user_id: USER, device: { last_user_agent: USER_AGENTS.chromeWindows } },
  ],
};

test(
  "the original README's short examples run with their placeholders filled in",
  needsOriginal,
  async (t) => {
    const { tenant, printed } = await stage(t, { seed: SEED });
    const basicUsage = originalBlock("Basic Usage");
    const reference = originalBlock("Methods", "sessions[0].device");
    const errorHandling = originalBlock("Error Handling", "session123");
    const source = [basicUsage, `{ ${reference} }`, errorHandling]
      .join("\n")
      .replace("your-tenant.auth0.com", tenant.domain)
      .replace("your-client-id", tenant.clientId)
      .replace("your-client-secret", tenant.clientSecret)
      .replace("your-api-audience", tenant.audience)
      .replaceAll('"user123"', JSON.stringify(USER));

    await load(t, source);

    assert.deepEqual(
      tenant.sessions(USER).map(({ id }) => id),
      ["other"],
    );
    const examples = printed.filter((line) => !/^(session|password)\./.test(line)); // our README's audit
    assert.deepEqual(examples, [
      "Desktop",
      "Chrome 120.0.0",
      "Session not found or does not belong to user",
    ]);
  },
);
