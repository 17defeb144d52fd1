// A signing key for the tenants of all tests: generating one for each would take a quarter of the time of these tests.

import { generateKeyPairSync } from "node:crypto";
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";

const FILE = new URL("../../.stamps/signing-key.pem", import.meta.url);

/** Test files run in processes of their own, and share the key through a file. */
function sharedKey() {
  try {
    return readFileSync(FILE, "utf8");
  } catch (error) {
    if (error.code !== "ENOENT") throw error;
    publish(generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey);
    return readFileSync(FILE, "utf8");
  }
}

/** Does nothing if another process was faster. A link appears with its whole content. */
function publish(key) {
  const own = new URL(`signing-key.${process.pid}.pem`, FILE);
  mkdirSync(new URL(".", FILE), { recursive: true });
  writeFileSync(own, key.export({ type: "pkcs8", format: "pem" }), { mode: 0o600 });
  try {
    linkSync(own, FILE);
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
  } finally {
    rmSync(own);
  }
}

export const signingKey = sharedKey();
