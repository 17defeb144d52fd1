// The comparison: checks that all contestants do the same, runs measurements, and reports them.

import { whole } from "./contestants/index.mjs";
import { measurements } from "./measurements/index.mjs";
import { measure, startResponder } from "./processes.mjs";

const QUICK = "quick";
const [wanted] = process.argv.slice(2);

if (wanted === undefined) await everything();
else if (Object.hasOwn(measurements, wanted)) await one(measurements[wanted]);
else unknown();

async function everything() {
  const { [QUICK]: _, ...all } = measurements;
  const results = {};
  await withResponder(async (responder) => {
    await checkResults(responder);
    for (const [name, { measure }] of Object.entries(all)) {
      results[name] = await measure(responder);
    }
  });
  const sections = Object.entries(all).map(([name, { report }]) => report(results[name]));
  console.log(sections.join("\n\n"));
  const { writeDocument } = await import("./document.mjs");
  writeDocument(results.concurrency, sections);
  console.log("\ndocs/benchmarks.md and docs/benchmarks.svg are written.");
}

async function one({ measure, report }) {
  console.log(report(await withResponder(measure)));
}

async function withResponder(work) {
  const responder = await startResponder();
  try {
    return await work(responder);
  } finally {
    await responder.stop();
  }
}

/** Otherwise less work would look like speed. */
async function checkResults(responder) {
  const expected = await measure(responder, "results.mjs", { contestant: whole[0] });
  for (const contestant of whole.slice(1)) {
    const { text } = await measure(responder, "results.mjs", { contestant });
    if (text !== expected.text)
      throw new Error(`${contestant} does not return what ${whole[0]} does.`);
  }
}

function unknown() {
  console.error(
    `No measurement is called ${wanted}, only: ${Object.keys(measurements).join(", ")}.`,
  );
  process.exitCode = 1;
}
