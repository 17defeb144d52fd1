import { createHash, timingSafeEqual } from "node:crypto";
import { ControlError } from "./errors.js";

/** @import { FastifyInstance } from "fastify" */
/** @import { ControlOptions } from "../../index.js" */

/** The header that carries the key. */
export const KEY_HEADER = "x-control-key";
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/**
 * Who may use the control plane: whoever sends the key, and addresses it by a name that no other
 * site can claim. A page that binds its own name to this address (DNS rebinding) sends that name.
 * @param {FastifyInstance} app
 * @param {Required<ControlOptions>} control
 * @param {string[]} own names of the tenant
 */
export function guard(app, { key, hosts }, own) {
  const expected = digest(key);
  const names = new Set([...hosts, ...own].map((name) => name.toLowerCase()));
  app.addHook("onRequest", (request, _reply, done) => {
    const name = hostName(request.host);
    if (!LOOPBACK.test(name) && !names.has(name)) return done(wrongHost());
    const given = request.headers[KEY_HEADER];
    if (typeof given !== "string") return done(unauthorized("it is missing"));
    // Hashes have the same length, so the comparison reveals nothing about the key.
    if (!timingSafeEqual(digest(given), expected)) return done(unauthorized("its value is wrong"));
    done();
  });
}

/** @param {string} text */
const digest = (text) => createHash("sha256").update(text).digest();

/** @param {string | undefined} host with a port or without */
const hostName = (host = "") => host.replace(/:\d+$/, "").toLowerCase();

const wrongHost = () =>
  new ControlError(403, {
    key: "host",
    reason: "the control plane does not answer to this host name",
    fix: "address it as localhost or 127.0.0.1, or start the tenant with --control-host and this name",
  });

/** @param {string} reason */
const unauthorized = (reason) =>
  new ControlError(401, {
    key: KEY_HEADER,
    reason: `every request must carry the key in this header, but ${reason}`,
    fix: `send ${KEY_HEADER} with the key that the tenant was started with: the command takes it from TENANT_CONTROL_KEY`,
  });
