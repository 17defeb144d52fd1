// Tenants for tests.

import * as emulator from "../index.js";
import { signingKey } from "./signing-key.js";

export * from "../index.js";

/** @type {typeof emulator.startTenant} */
export const startTenant = (options) => emulator.startTenant({ signingKey, ...options });
