// The emulator as its own tests use it.

export * from "../emulator/test-support/tenant.js";
