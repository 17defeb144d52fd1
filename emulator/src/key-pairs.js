// RSA key pairs. One takes a fifth of a second of processor time to generate, which test suites that start a tenant for
// every test would spend on little else, so those of closed tenants serve later tenants of the process.

import { generateKeyPair } from "node:crypto";
import { promisify } from "node:util";

/** @import { KeyPairKeyObjectResult } from "node:crypto" */

const generate = promisify(generateKeyPair);

/** @type {KeyPairKeyObjectResult[]} */
const spare = [];

/** @returns {Promise<KeyPairKeyObjectResult>} a pair that no open tenant has */
export async function takeKeyPair() {
  return spare.pop() ?? generate("rsa", { modulusLength: 2048 });
}

/** @param {Promise<KeyPairKeyObjectResult>} pair of a tenant that is closed */
export function returnKeyPair(pair) {
  pair.then(
    ({ publicKey, privateKey }) => spare.push({ publicKey, privateKey }),
    () => {},
  );
}
