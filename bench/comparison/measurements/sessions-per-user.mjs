// Users with few and with many sessions.

import { OURS, POOL } from "../contestants/index.mjs";
import { inRounds, medianOf, ratioOf } from "../rounds.mjs";
import { shown, table, times } from "../tables.mjs";
import { at } from "./figures.mjs";

const SIZES = [1, 5, 20, 50, 200, 1000];
const CONCURRENCY = 16;
/** Enough that no body is seen twice in a row, few enough for the responder to remember. */
const MAX_USERS = 1000;
const MAX_SESSIONS = 20_000;

export function measure(responder) {
  const steps = Object.fromEntries(SIZES.map((sessions) => [nameOf(sessions), stepOf(sessions)]));
  return inRounds(responder, {
    program: "closed-loop.mjs",
    contestants: [OURS, POOL],
    rounds: 3,
    configOf: () => ({ steps }),
  });
}

const nameOf = (sessions) => `${sessions} sessions`;

function stepOf(sessions) {
  const users = Math.min(MAX_USERS, MAX_SESSIONS / sessions);
  // All of them once: the responder has then written their lists.
  return { sessions, users, concurrency: CONCURRENCY, milliseconds: 1000, warmUpCalls: users };
}

export function report(results) {
  const rows = SIZES.map((sessions) => {
    const perSession = (figure) => (round) => at(nameOf(sessions), figure)(round) / sessions;
    return [
      shown(sessions),
      ...["cpuPerCall", "mainPerCall"].flatMap((figure) => cells(results, perSession(figure))),
    ];
  });
  const columns = ["CPU", "main thread"].flatMap((figure) => [
    `${figure}: ${OURS}, µs per session`,
    `${figure}: ${POOL}, µs per session`,
    "ratio",
  ]);
  return [
    "## Sessions per user",
    `${CONCURRENCY} calls at a time. Auth0 sends 50 sessions on a page: longer lists take several requests, one after the other.`,
    table(["Sessions", ...columns], rows),
  ].join("\n\n");
}

function cells(results, pick) {
  return [
    shown(medianOf(results[OURS], pick)),
    shown(medianOf(results[POOL], pick)),
    times(ratioOf(results[OURS], results[POOL], pick)),
  ];
}
