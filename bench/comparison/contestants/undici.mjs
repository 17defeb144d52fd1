// undici's Pool, over HTTP/1.1 or HTTP/2.

import { Pool } from "undici";
import { requestToken } from "./credentials.mjs";
import { jobsOver } from "./jobs.mjs";
import { apiOver, sessionsPath } from "./paths.mjs";

/** As many as the addon opens by default. */
const CONNECTIONS = 64;

export async function open({ host, ca, allowH2 = false }) {
  const options = { connections: CONNECTIONS, connect: { ca }, allowH2 };
  const pool = new Pool(`https://${host}`, options);
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
