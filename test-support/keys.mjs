// Key pairs of applications that authenticate with private_key_jwt, and the assertions that they signed.

import { generateKeyPairSync } from "node:crypto";

/**
 * A pair as PEM: `{ privateKey, publicKey }`, on the curve P-256 by default. `encoding`
 * overrides PKCS#8 without a passphrase, `options` are those of Node's key generation.
 */
export function pemPair(kind = "ec", { encoding, ...options } = {}) {
  return generateKeyPairSync(kind, {
    namedCurve: "P-256",
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem", ...encoding },
    ...options,
  });
}

/** A public key as it is registered for an application. */
export const registered = ({ publicKey }, alg = "ES256", kid = undefined) => ({
  pem: publicKey,
  alg,
  kid,
});

/** A tenant's application with these public keys. */
export const keyClient = (public_keys) => ({
  token_endpoint_auth_method: "private_key_jwt",
  public_keys,
});

/** The form bodies of all token requests. */
export function tokenForms({ requests }) {
  const toToken = requests.filter(({ url }) => url === "/oauth/token");
  return toToken.map(({ body }) => new URLSearchParams(body));
}

/** Every assertion that arrived: its text, its header and its claims. */
export function assertionsOf(server) {
  const texts = tokenForms(server).map((form) => form.get("client_assertion"));
  return texts.filter(Boolean).map((text) => {
    const [header, claims] = text.split(".").map(read);
    return { text, header, claims };
  });
}

function read(part, index) {
  return index < 2 && JSON.parse(Buffer.from(part, "base64url"));
}
