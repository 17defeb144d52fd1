// A program that passes values that are far too long, and measures what that costs.

import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const HUGE = 100_000_000;

/** The growth of the process's peak memory, and the time that all calls took. */
export async function runProgram() {
  const file = fileURLToPath(import.meta.url);
  const { stdout } = await promisify(execFile)(process.execPath, [file, "run"]);
  return JSON.parse(stdout);
}

/** Ropes: their text is not in memory until it is flattened. */
const rope = () => "x".repeat(HUGE);

async function run() {
  const { Auth0UserSecurityService } = await import("@archie/auth0-user-security");
  const config = { domain: "tenant.eu.auth0.com", clientId: "c", clientSecret: "s" };
  const service = new Auth0UserSecurityService(config);
  await service.findUserSessions("").catch(() => {});
  // The engine itself copies the name of a property.
  const named = { [rope()]: 1 };
  const setting = { ...config, ...named };
  const peak = () => process.resourceUsage().maxRSS / 1024;
  const [before, begun] = [peak(), performance.now()];
  const url = `https://a.example/${rope()}`;
  const calls = [
    () => service.findUserSessions(rope()),
    () => service.findUserSessions({ email: rope() }),
    () => service.findUserSessions("auth0|a", named),
    () => service.revokeUserSession("auth0|a", rope(), { actor: rope() }),
    () => service.connectSecondaryAccount("auth0|a", url, rope(), { state: rope() }),
    () => service.connectSecondaryAccount("auth0|a", "https://a.example", rope()),
    () => service.generateAccountConnectionUrl(rope(), url),
    () => service.generateAccountConnectionUrl("github", "https://a.example", { scope: rope() }),
    () => service.generatePasswordChangeTicket("auth0|a", url),
    () => service.assessRisk(new Array(1e9), []),
    () => service.assessRisk([], new Array(2 ** 32 - 1)),
    () => service.explainRisk(new Array(1e9), []),
    () =>
      service.explainRisk([], [], { signals: { refreshTokenReuse: 1 }, events: new Array(1e9) }),
    () => new Auth0UserSecurityService({ ...config, clientSecret: rope() }),
    () => new Auth0UserSecurityService({ ...config, allowedRedirectOrigins: new Array(1e9) }),
    () => new Auth0UserSecurityService(setting),
  ];
  let refused = 0;
  for (const call of calls) await (async () => call())().catch(() => (refused += 1));
  if (refused !== calls.length) throw new Error(`${refused} of ${calls.length} calls were refused`);
  const megabytes = peak() - before;
  console.log(JSON.stringify({ megabytes, milliseconds: performance.now() - begun }));
}

if (process.argv[2] === "run") await run();
