"use strict";

// Milliseconds that loading the package takes.

const { schedulerWaits } = require("../scheduler.cjs");

const waited = schedulerWaits();
const waitedBefore = waited();
const start = performance.now();
require("@archie/auth0-user-security");
const took = performance.now() - start - (waited() - waitedBefore);
process.send(took, () => process.disconnect());
