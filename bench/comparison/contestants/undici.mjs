// undici's Pool, over HTTP/1.1 or HTTP/2.

import { Pool } from "undici";
import { requestToken } from "../token.mjs";
import { barePath, jobsOver } from "./requests.mjs";

/** As many as the addon opens by default. */
const CONNECTIONS = 64;

export async function openPool({ host, ca, allowH2 = false }) {
  const pool = new Pool(`https://${host}`, {
    connections: CONNECTIONS,
    connect: { ca },
    allowH2,
  });
  const headers = { authorization: `Bearer ${await requestToken(pool)}` };
  const request = (path, method = "GET") => pool.request({ path, method, headers });
  return {
    ...jobsOver(async (path) => {
      const { statusCode, body } = await request(path);
      if (statusCode !== 200) throw new Error(`${path}: ${statusCode}`);
      return body.json();
    }),
    bare: async (userId) => {
      const { body } = await request(barePath(userId));
      return body.arrayBuffer();
    },
    close: () => pool.close(),
  };
}

export const open = (tenant) => openPool(tenant);
