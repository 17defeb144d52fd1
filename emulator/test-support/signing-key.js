// A signing key for the tenants of all tests: generating one for each would take a quarter of the time of these tests.

import { generateKeyPairSync } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";

const FILE = new URL("../../.stamps/signing-key.pem", import.meta.url);

/** Test files run in processes of their own, and share the key through a file. */
function sharedKey() {
  try {
    return readFileSync(FILE, "utf8");
  } catch {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const pem = privateKey.export({ type: "pkcs8", format: "pem" });
    // Renamed, so that nobody reads a part of it.
    const own = new URL(`signing-key.${process.pid}.pem`, FILE);
    mkdirSync(new URL(".", FILE), { recursive: true });
    writeFileSync(own, pem);
    renameSync(own, FILE);
    return pem;
  }
}

export const signingKey = sharedKey();
