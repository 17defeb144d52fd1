// npm run coverage: renews the tables of Auth0's operations in README.md.

import { readFileSync, writeFileSync } from "node:fs";
import { startTenant } from "../index.js";
import { coverageTables, withCoverage } from "./coverage.js";

const readme = new URL("../README.md", import.meta.url);
const tenant = await startTenant();
const text = readFileSync(readme, "utf8");
writeFileSync(readme, withCoverage(text, coverageTables(tenant.routes)));
await tenant.close();
