// What the tests of the original package's README share: its compiled code, a tenant that the
// environment names, and a recording of the output.

import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { pathToFileURL } from "node:url";
import { originalProject } from "./original-project.mjs";
import { needsOriginal } from "./original-readme.mjs";
import { serviceFor } from "./service.mjs";
import { startTenant, USER_AGENTS } from "./tenant.mjs";

/** Who `user123` is. */
export const USER = "auth0|user123";
/** A user with many sessions and no password. */
export const RISKY = { id: "github|7", email: "risky@example.com" };

const PEOPLE = [
  { user_id: USER, email: "user123@example.com" },
  {
    user_id: RISKY.id,
    email: RISKY.email,
    identities: [{ provider: "github", user_id: "7", connection: "github", isSocial: true }],
  },
];
const SESSIONS = [
  { user_id: USER, device: { last_user_agent: USER_AGENTS.chromeWindows } },
  ...["a", "b", "c", "d"].map((id) => ({ id: `risky-${id}`, user_id: RISKY.id })),
];

/** A test that is skipped, with a clear message, if the original package's README is not available. */
export const original = (name, run) => test(name, needsOriginal, run);

/** Registers the hooks of a file. `tenant`, `printed` and `directory` are available in its tests. */
export function originalStage() {
  const stage = { load, service: () => serviceFor(stage.tenant) };
  let removeProject;

  before(async () => {
    if (needsOriginal.skip) return;
    stage.tenant = await startTenant();
    Object.assign(process.env, variablesOf(stage.tenant));
    const wholeFile = {
      after: (remove) => {
        removeProject = remove;
      },
    };
    const project = originalProject(wholeFile);
    assert.equal(project.compile(), "");
    stage.directory = project.directory;
  });
  beforeEach((t) => {
    if (needsOriginal.skip) return;
    stage.tenant.reset();
    for (const user of PEOPLE) stage.tenant.addUser(user);
    for (const session of SESSIONS) stage.tenant.addSession(session);
    stage.printed = [];
    for (const method of ["log", "warn", "error"]) {
      t.mock.method(console, method, (...words) => stage.printed.push(words.join(" ")));
    }
  });
  after(async () => {
    removeProject?.();
    await stage.tenant?.close();
  });

  /** The exports of a module from the README. */
  function load(name) {
    return import(pathToFileURL(join(stage.directory, `${name}.js`)));
  }
  return stage;
}

function variablesOf({ domain, clientId, clientSecret, audience }) {
  return {
    AUTH0_DOMAIN: domain,
    AUTH0_CLIENT_ID: clientId,
    AUTH0_CLIENT_SECRET: clientSecret,
    AUTH0_AUDIENCE: audience,
  };
}
