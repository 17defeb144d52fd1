// The tables of the closed-loop measurements.

import { bare, OURS, POOL, whole } from "../contestants/index.mjs";
import { medianOf, ratioOf } from "../rounds.mjs";
import { shown, table, times } from "../tables.mjs";
import { at, FIGURES } from "./figures.mjs";

const REFERENCES = [POOL, "undici, HTTP/2", "auth0", "fetch", "bare undici Pool"];
const RATIOS = ["cpuPerCall", "mainPerCall", "loopDelayP99", "perSecond", "p50", "p99", "rss"];

export function report(results) {
  return [
    "## 64 calls at a time",
    absolute(results, "at 64"),
    "This package as a multiple of the others, in the same run:",
    ratios(results, "at 64", RATIOS),
    "## Other concurrencies",
    concurrencies(results),
    `This package as a multiple of ${POOL}, by the number of calls at a time:`,
    byConcurrency(results),
    "## One call at a time, from a server that takes 20 ms",
    jobs(results, "20 ms", ["p50", "p99"]),
    "## Other jobs, 64 calls at a time",
    "The dashboard by email is two requests, one after the other:",
    jobs(results, "dashboard", ["cpuPerCall", "mainPerCall", "perSecond", "p50", "p99"]),
    "Revoking a session reads it first, to check its owner:",
    jobs(results, "revoke", ["cpuPerCall", "mainPerCall", "perSecond", "p50", "p99"]),
    failures(results),
  ]
    .filter(Boolean)
    .join("\n\n");
}

/** The short report of `quick`. */
export function reportQuick(results) {
  const rows = Object.entries(FIGURES).map(([figure, { name, show }]) => [
    name,
    ...[OURS, POOL].map((contestant) => show(medianOf(results[contestant], at("at 64", figure)))),
    times(ratioOf(results[OURS], results[POOL], at("at 64", figure))),
  ]);
  return [table(["64 calls at a time", OURS, POOL, "ratio"], rows), failures(results)]
    .filter(Boolean)
    .join("\n\n");
}

function absolute(results, step) {
  const rows = [...whole, ...bare].map((name) => [
    name,
    ...Object.entries(FIGURES).map(([figure, { show }]) =>
      show(medianOf(results[name], at(step, figure))),
    ),
  ]);
  return table(["", ...Object.values(FIGURES).map(({ name }) => name)], rows);
}

function ratios(results, step, figures) {
  const rows = figures.map((figure) => [
    FIGURES[figure].name,
    ...REFERENCES.map((name) => times(ratioOf(results[OURS], results[name], at(step, figure)))),
  ]);
  return table(["", ...REFERENCES], rows);
}

function concurrencies(results) {
  const show = (name, step, figure) => shown(medianOf(results[name], at(step, figure)));
  const rows = [...whole, ...bare].map((name) => {
    const alone = ["p50", "p99"].map((figure) => show(name, "at 1", figure));
    const many = ["at 512", "at 4,096"].flatMap((step) => [
      times(slowdown(results[name], step)),
      show(name, step, "loopDelayP99"),
      show(name, step, "rss"),
    ]);
    return [name, ...alone, ...many];
  });
  const columns = ["calls/s, of those at 64", "delay p99, ms", "RSS, MB"];
  const many = ["512", "4,096"].flatMap((calls) => columns.map((column) => `${calls}: ${column}`));
  return table(["Calls at a time", "1: p50, ms", "1: p99, ms", ...many], rows);
}

function byConcurrency(results) {
  const steps = ["at 1", "at 64", "at 512", "at 4,096"];
  const rows = RATIOS.map((figure) => [
    FIGURES[figure].name,
    ...steps.map((step) => times(ratioOf(results[OURS], results[POOL], at(step, figure)))),
  ]);
  return table(["", ...steps.map((step) => step.replace("at ", ""))], rows);
}

/** Calls per second as a multiple of those at 64. */
function slowdown(rounds, step) {
  return medianOf(rounds, (round) => round[step].perSecond / round["at 64"].perSecond);
}

function jobs(results, step, figures) {
  const rows = whole.map((name) => [
    name,
    ...figures.flatMap((figure) => [
      FIGURES[figure].show(medianOf(results[name], at(step, figure))),
      times(ratioOf(results[name], results[POOL], at(step, figure))),
    ]),
  ]);
  const columns = figures.flatMap((figure) => [FIGURES[figure].name, `to ${POOL}`]);
  return table(["", ...columns], rows);
}

/** A contestant that cannot carry a load shows it in failed calls, whatever its other figures are. */
function failures(results) {
  const failed = Object.entries(results).flatMap(([name, rounds]) =>
    Object.keys(rounds[0])
      .map((step) => [step, rounds.reduce((sum, round) => sum + round[step].failed, 0)])
      .filter(([, count]) => count > 0)
      .map(([step, count]) => `- ${name}, ${step}: ${shown(count)}`),
  );
  return failed.length > 0 && `Failed calls, in all rounds:\n\n${failed.join("\n")}`;
}
