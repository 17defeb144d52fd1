// Servers with TLS and a certificate of an authority that the test created.

import { createSecureServer } from "node:http2";
import { createServer as createHttpsServer } from "node:https";
import { Authority } from "../emulator/src/tls/certificate.js";

export const authority = new Authority();

/** A certificate and its key for the hosts, by default those of loopback. */
export const issued = (hosts = ["localhost", "127.0.0.1", "::1"], options = {}) =>
  authority.issue(hosts, options);

/** For `scriptedServer`: HTTP/2, and HTTP/1.1 for clients that do not support it. */
export const overHttp2 = (handler) =>
  createSecureServer({ ...issued(), allowHTTP1: true }, handler);

/** For `scriptedServer`: HTTP/1.1 over TLS. */
export const overHttps = (handler) => createHttpsServer(issued(), handler);
