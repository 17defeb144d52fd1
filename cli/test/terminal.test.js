// What happens on a terminal: questions and the progress bar. `script` of util-linux provides one.

import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { PEOPLE } from "@archie/auth0-tenant-emulator";
import { BIN, environmentOf, folderOf } from "../test-support/cli.js";
import { addUsers, sharedTenant, writesTo } from "../test-support/tenants.js";

const tenant = await sharedTenant();
const { ada } = PEOPLE;
const { stdout: version } = spawnSync("script", ["--version"], { encoding: "utf8" });
const skip = !version?.includes("util-linux") && "there is no script of util-linux";

/**
 * Runs a command on a terminal, and answers when it shows a text.
 * @param {string[]} args
 * @param {{ when?: string, answer?: string, env?: Record<string, string> }} [dialogue]
 */
async function onTerminal(args, { when, answer, env } = {}) {
  const program = [process.execPath, BIN, ...args].map((arg) => `'${arg}'`).join(" ");
  // Without a window, a terminal has no width of its own.
  const command = `stty cols 120; ${program}`;
  const child = spawn("script", ["--quiet", "--return", "--command", command, "/dev/null"], {
    env: { ...environmentOf(tenant), TERM: "xterm", ...env },
  });
  let shown = "";
  child.stdout.on("data", (data) => {
    const isNew = when !== undefined && !shown.includes(when);
    shown += data;
    if (isNew && shown.includes(when)) child.stdin.write(answer);
  });
  const [code] = await once(child, "close");
  return { code, shown };
}

test("a change is made after a yes, and not after a no or Ctrl-C", { skip }, async () => {
  const args = ["sessions", "revoke-all", ada];
  const no = await onTerminal(args, { when: "(y/N", answer: "n\r" });
  assert.equal(no.code, 4);
  assert.match(no.shown, /You said no: nothing was changed/);
  const interrupted = await onTerminal(args, { when: "(y/N", answer: "\u0003" });
  assert.equal(interrupted.code, 130);
  assert.match(interrupted.shown, /Stopped by Ctrl-C: nothing was changed\./);
  assert.deepEqual(writesTo(tenant), []);

  const yes = await onTerminal(args, { when: "(y/N", answer: "y\r" });
  assert.equal(yes.code, 0, yes.shown);
  assert.deepEqual(tenant.sessions(ada), []);
});

test("--no-input asks nothing on a terminal either", { skip }, async () => {
  const { code, shown } = await onTerminal(["block", ada, "--no-input"]);
  assert.equal(code, 2);
  assert.match(shown, /add --yes/);
});

test("a missing secret is asked for, and not shown", { skip }, async () => {
  const { code, shown } = await onTerminal(["methods", "list", ada, "--json"], {
    when: "AUTH0_CLIENT_SECRET:",
    answer: `${tenant.clientSecret}\r`,
    env: { AUTH0_CLIENT_SECRET: "" },
  });
  assert.equal(code, 0, shown);
  assert.ok(!shown.includes(tenant.clientSecret));
});

test("a bar shows how far a run is, and is gone at the end", { skip }, async (t) => {
  const users = addUsers(tenant, 30);
  const list = folderOf(t).write("users.txt", users.join("\n"));
  tenant.fault(({ method }) => method === "DELETE", { delay: 20 }, 1000);
  const args = ["bulk", "revoke", "--file", list, "--yes", "--concurrency", "1"];
  const { code, shown } = await onTerminal(args);
  assert.equal(code, 0, shown);
  assert.match(shown, /=+-+ \d+ of 30 users, \d+\.\d per second, \d+(\.\d)? s left/);
  assert.doesNotMatch(shown.slice(shown.lastIndexOf("30 users: 30 succeeded")), / left/);
});
