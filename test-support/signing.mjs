// An issuer with its own key, whose ID tokens a test can write freely, and states as the library seals
// them, with any expiry.

import { createHmac, generateKeyPairSync, sign } from "node:crypto";
import { scriptedServer, tokenResponse } from "./scripted-server.mjs";

export const PRIMARY = "auth0|primary";
export const SECONDARY = "google-oauth2|secondary";
export const KEY_ID = "own-key";

const rsa = () => generateKeyPairSync("rsa", { modulusLength: 2048 });

/** The issuer's key. */
export const own = rsa();

/** A key of another issuer. Generating it takes long, and few tests need one. */
export const generateStrangersKey = rsa;

export const publicJwk = (key = own, kid = KEY_ID) => ({
  ...key.publicKey.export({ format: "jwk" }),
  kid,
  alg: "RS256",
  use: "sig",
});

const base64 = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** A token with the signature that `signature` computes from its first two parts. */
export function token(header, claims, signature) {
  const signed = `${base64(header)}.${base64(claims)}`;
  return `${signed}.${signature(signed)}`;
}

export const rs256 = (key) => (text) =>
  sign("sha256", Buffer.from(text), key.privateKey).toString("base64url");
export const hs256 = (secret) => (text) =>
  createHmac("sha256", secret).update(text).digest("base64url");

/** A genuine token, signed by the issuer. */
export function genuine(claims, { key = own, ...header } = {}) {
  return token({ alg: "RS256", typ: "JWT", kid: KEY_ID, ...header }, claims, rs256(key));
}

/** The claims of a genuine ID token. */
export function goodClaims(issuer, nonce) {
  const now = Math.floor(Date.now() / 1000);
  const person = { sub: SECONDARY, email: "second@example.com", email_verified: true };
  const times = { iat: now, exp: now + 3600, auth_time: now };
  return { iss: `${issuer.domain}/`, aud: issuer.clientId, nonce, ...person, ...times };
}

function userOf(id) {
  const [provider, user_id] = id.split("|");
  return { user_id: id, identities: [{ provider, user_id, connection: provider }] };
}

/**
 * A tenant that accepts every code and responds with `issuer.idToken`. Each response can be replaced:
 * `token`, `code`, `keys`, `userInfo`, `primary`, `secondary`, `link`.
 */
export async function scriptedIssuer(t, replaced = {}) {
  const responses = {
    token: tokenResponse,
    code: () => ({ id_token: issuer.idToken, access_token: "person-token", expires_in: 60 }),
    keys: { keys: [publicJwk()] },
    primary: userOf(PRIMARY),
    secondary: userOf(SECONDARY),
    link: { status: 201, body: [PRIMARY, SECONDARY].flatMap((id) => userOf(id).identities) },
    ...replaced,
  };
  const respond = (name, request) =>
    typeof responses[name] === "function" ? responses[name](request) : responses[name];
  const issuer = await scriptedServer(t, {
    token: (request) => respond(isCodeExchange(request) ? "code" : "token", request),
    api: (request) => respond(routeOf(request), request),
  });
  return issuer;
}

function routeOf({ method, url }) {
  if (url.includes("jwks")) return "keys";
  if (url === "/userinfo") return "userInfo";
  if (method === "POST") return "link";
  return url.includes(encodeURIComponent(SECONDARY)) ? "secondary" : "primary";
}

export const isCodeExchange = ({ url, body }) =>
  url === "/oauth/token" && body.includes("grant_type=authorization_code");

/** A state bound to a user, sealed as the library seals it, that expires at `expiresAt`. */
export function sealedState(
  secret,
  { provider, connection = provider, redirectUrl, user, issuedAt },
) {
  const mac = (key, bytes) => createHmac("sha256", key).update(bytes).digest();
  const head = Buffer.alloc(26);
  head.set([2, 1]);
  head.writeBigInt64BE(BigInt(Math.floor(issuedAt / 1000)), 2);
  const payload = Buffer.concat([head, Buffer.from(`${provider}\n${connection}`)]);
  const parts = [payload, redirectUrl, `id:${user}`].flatMap((part) => {
    const length = Buffer.alloc(8);
    length.writeBigUInt64BE(BigInt(Buffer.byteLength(part)));
    return [length, Buffer.from(part)];
  });
  const key = mac(secret, "auth0-user-security/link-state/v1");
  return Buffer.concat([payload, mac(key, Buffer.concat(parts))]).toString("base64url");
}
