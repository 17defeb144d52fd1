// Programs that a test runs in separate processes.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { root } from "./repository.mjs";

/** A program that is still running after this time is killed, and its `signal` says so. */
export const MUST_HAVE_ENDED = 60_000;

/**
 * Runs the source of an ES module in the root of the package, with `input` as the global of that
 * name and with `env` added to the environment, until it exits.
 * @returns {Promise<{ code: number | null, signal: string | null, stdout: string, stderr: string }>}
 */
export function runProgram(source, input, env) {
  return startProgram(source, input, env).ended;
}

/** The same for a test that ends the program itself: the child process, and what it `ended` with. */
export function startProgram(source, input = {}, env = {}) {
  const program = `const input = ${JSON.stringify(input)};\n${source}`;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", program], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: MUST_HAVE_ENDED,
    killSignal: "SIGKILL",
  });
  return { child, ended: endOf(child) };
}

/** What a child process ended with. */
export async function endOf(child) {
  const [stdout, stderr, [code, signal]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "exit"),
  ]);
  return { code, signal, stdout, stderr };
}

/** What a program needs to create a service for the tenant. */
export function configOf({ domain, clientId, clientSecret }) {
  return { domain, clientId, clientSecret };
}

const LIST = `
  import { Auth0UserSecurityService } from "@archie/auth0-user-security";
  const service = new Auth0UserSecurityService(input.config);
  const outcome = await service.findUserSessions(input.user).catch((error) => error);
  console.log(Array.isArray(outcome) ? outcome.length : outcome.name + ": " + outcome.message);
`;

/** What a program prints about a user's sessions: how many there are, or the error's name and message. */
export async function sessionsIn(config, user, env) {
  const { code, stdout, stderr } = await runProgram(LIST, { config, user }, env);
  if (code !== 0) throw new Error(stderr);
  return stdout.trim();
}
