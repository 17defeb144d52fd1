// docs/benchmarks.md: what was measured, how, and the tables.

import { writeFileSync } from "node:fs";
import { chartOf } from "./chart.mjs";
import { bare, whole } from "./contestants/index.mjs";
import { setting } from "./machine.mjs";
import { at } from "./measurements/figures.mjs";
import { medianOf } from "./rounds.mjs";

const DOCS = new URL("../../docs/", import.meta.url);
const CHART = "Processor time of one call, 64 calls at a time";

const INTRODUCTION = `# Benchmarks

What the same work costs with this package, with Auth0's own SDK and with HTTP clients. Written by \`npm run bench\`.
Run it on your own machine: every figure depends on the machine, the ratios less than the rest.

The work is one call of \`findUserSessions\`: read the five sessions of a user, decode them, parse the user agents with a
cache, leave out sessions that have expired, and return all fields with dates as \`Date\`, sorted. The others do it in
JavaScript, with \`ua-parser-js\` and a \`Map\`, and return the same fields; the command checks that they do. *Bare* is the
request alone, with the response received and not read.

Each figure is the median of three to seven rounds of one to two and a half seconds. A ratio compares two contestants within
one round and is the median over the rounds, so it differs from the quotient of two figures, more so on a noisy
machine. Differences of a tenth are noise.

Processor time per call is the primary figure. Calls per second and latencies also depend on the responder, and on how
client and system share the cores.

![${CHART}](benchmarks.svg)`;

const METHOD = `## Method

- The server is a small responder of this repository (\`bench/responder\`), over TLS with HTTP/2 and HTTP/1.1. Where the
  system can pin processes, it is pinned to one core. Clients may use every core, as applications do, and compete with it on
  a machine with two.
- 4,000 users with 20,000 sessions and 3,000 user agents, in bodies that all differ. Every cache of user agents has room for
  all of them, so none of the contestants depends on a cache that another one lacks.
- Every contestant of every round runs in a new process. Rounds are interleaved: all contestants take turns in each.
  Figures are medians over the rounds, ratios are medians of the ratios within each round.
- Before measuring, each process makes 4,000 calls, and opens the connections of each step.
- *auth0, subpaths* imports the SDK's clients from their own paths, not from the root of the package.
- The package and *undici, HTTP/2* use HTTP/2, the others HTTP/1.1. No response is compressed. The rate-limit headers permit
  more than any run sends.
- The addon is built with the optimizations of published ones. Where there is a profile for the platform and the compiler,
  it is optimized for these jobs: lists, the dashboard and revocation ([ADR 32](adr/0032-optimized-with-a-profile.md)).
- The package runs with its default settings, apart from longer timeouts. undici's Pool has 64 connections, as many as the
  package opens at most by default; *undici, HTTP/2* has 16, each with up to 100 requests at a time. \`fetch\` and \`auth0\`,
  which uses it, have their defaults, without a limit on connections.
- *Main thread* is the processor time of the thread that runs JavaScript, *CPU* that of all threads, *Event loop busy* the
  share of time in which the loop did not wait for events. The event-loop delay is sampled every millisecond; that of an
  idle process is subtracted.
- RSS is that of the process at the end of the step. Steps of one process run in the order of their concurrency.`;

/** @param {string[]} sections tables as Markdown */
export function writeDocument(concurrency, sections) {
  const rows = [...whole, ...bare].map((name) => ({
    name,
    cpu: medianOf(concurrency[name], at("at 64", "cpuPerCall")),
    main: medianOf(concurrency[name], at("at 64", "mainPerCall")),
  }));
  writeFileSync(new URL("benchmarks.svg", DOCS), chartOf(rows, CHART));
  const machine = `## Machine and versions\n\n${setting()}`;
  const text = [INTRODUCTION, ...sections, machine, METHOD].join("\n\n");
  writeFileSync(new URL("benchmarks.md", DOCS), `${text}\n`);
}
