// The measurements, in the order of the report.

import * as agents from "./agents.mjs";
import * as atOnce from "./at-once.mjs";
import { measure, measureQuick } from "./concurrency.mjs";
import { report, reportQuick } from "./concurrency-report.mjs";
import * as moreCores from "./more-cores.mjs";
import * as openLoop from "./open-loop.mjs";
import * as sessions from "./sessions-per-user.mjs";
import * as start from "./start.mjs";

/** By the names that the command takes. `quick` is no part of the report. */
export const measurements = {
  quick: { measure: measureQuick, report: reportQuick },
  concurrency: { measure, report },
  "open-loop": openLoop,
  "at-once": atOnce,
  sessions,
  agents,
  start,
  "more-cores": moreCores,
};
