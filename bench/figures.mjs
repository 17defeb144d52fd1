// Measures the figures that the library promises and prints them; exits with 1 if one is missed.
//
//   npm run bench:figures            all figures
//   npm run bench:figures -- exit    those whose name contains "exit"
//
// Run `npm run build` first: a development build is several times slower. Each measurement
// runs in a fresh process and the tenant in another, so that they do not affect each other.

import { runMeasurement, startTenantProcess } from "./processes.mjs";
import { report } from "./report.mjs";

/** V8 resizes its young generation by up to 30 MB, so its size is fixed: only leaks show. */
const FIXED_HEAP = ["--expose-gc", "--min-semi-space-size=8", "--max-semi-space-size=8"];

const tenant = await startTenantProcess();

const figures = [
  {
    name: "require() of the package",
    limit: 5,
    unit: "ms",
    measure: async () => median(await repeat(21, () => runMeasurement("require.cjs"))),
  },
  {
    name: "longest block of the event loop by the first call",
    limit: 2,
    unit: "ms",
    measure: async () =>
      median(await repeat(11, () => runMeasurement("first-call.mjs", tenant.config))),
  },
  {
    name: "token requests of 1,000 concurrent first calls",
    limit: 1,
    unit: "",
    async measure() {
      await tenant.counts();
      await runMeasurement("thousand-calls.mjs", tenant.config);
      return (await tenant.counts()).token;
    },
  },
  {
    name: "from the last response to the exit of the process",
    limit: 50,
    unit: "ms",
    measure: async () =>
      Math.max(...(await repeat(11, () => runMeasurement("exit.mjs", tenant.config)))),
  },
  {
    name: "from an abort to the rejection of the call, 99th percentile",
    limit: 10,
    unit: "ms",
    measure: () => runMeasurement("cancel.mjs"),
  },
  {
    name: "growth of memory over 200,000 calls, half failing",
    limit: 5,
    unit: "MB",
    measure: () => runMeasurement("soak.mjs", tenant.config, FIXED_HEAP),
  },
];

const wanted = process.argv[2] ?? "";
for (const { name, limit, unit, measure } of figures.filter(({ name }) => name.includes(wanted))) {
  report(name, await measure(), limit, unit);
}
await tenant.stop();

async function repeat(times, measure) {
  const values = [];
  for (let i = 0; i < times; i += 1) values.push(await measure());
  return values;
}

function median(values) {
  return values.sort((a, b) => a - b)[values.length >> 1];
}
