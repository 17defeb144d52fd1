// undici's Pool, over HTTP/1.1 or HTTP/2.

import { Pool } from "undici";
import { requestToken } from "./credentials.mjs";
import { jobsOver } from "./jobs.mjs";
import { apiOver, sessionsPath } from "./paths.mjs";

/** As many connections as the addon opens at most by default. */
const HTTP1 = { connections: 64 };
/**
 * As many requests at a time as Auth0's edge allows on a connection. More connections cost more; with fewer, revocations
 * wait for each other, because undici sends only requests that are safe to repeat beside others.
 */
const HTTP2 = { allowH2: true, connections: 16, pipelining: 100 };

export async function open({ host, ca, allowH2 = false }) {
  const options = allowH2 ? HTTP2 : HTTP1;
  const pool = new Pool(`https://${host}`, { ...options, connect: { ca } });
  const headers = {};
  const get = async (path) => read(await pool.request({ path, method: "GET", headers }));
  const post = async (path, json) => {
    const body = json && JSON.stringify(json);
    const sent = json ? { ...headers, "content-type": "application/json" } : headers;
    return read(await pool.request({ path, method: "POST", headers: sent, body }));
  };
  headers.authorization = `Bearer ${await requestToken(post)}`;
  return {
    ...jobsOver(apiOver(get, post)),
    bare: async (userId) => {
      const { body } = await pool.request({ path: sessionsPath(userId), method: "GET", headers });
      return body.arrayBuffer();
    },
    close: () => pool.close(),
  };
}

async function read({ statusCode, body }) {
  if (statusCode === 200) return body.json();
  await body.dump();
  if (statusCode !== 202) throw new Error(`The response was ${statusCode}.`);
}
