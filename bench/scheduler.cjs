"use strict";

// Time in which the main thread was ready to run but the system gave its core to another process. It
// is not work of what is measured, and is subtracted where the system reports it (on Linux).

const { openSync, readSync } = require("node:fs");

/** Returns a function that returns how long the main thread has waited for a core so far, in milliseconds. */
function schedulerWaits() {
  if (process.platform !== "linux") return () => 0;
  const statistics = openSync("/proc/self/schedstat");
  const buffer = Buffer.alloc(64);
  return () => {
    const length = readSync(statistics, buffer, 0, buffer.length, 0);
    return Number(buffer.toString("latin1", 0, length).split(" ")[1]) / 1e6;
  };
}

module.exports = { schedulerWaits };
