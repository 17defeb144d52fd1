// The global fetch of Node.js. Its certificate authority comes from NODE_EXTRA_CA_CERTS.

import { requestToken } from "./credentials.mjs";
import { jobsOver } from "./jobs.mjs";
import { apiOver, sessionsPath } from "./paths.mjs";

export async function open({ host }) {
  const origin = `https://${host}`;
  const headers = {};
  const get = async (path) => read(await fetch(origin + path, { headers }));
  const post = async (path, json) => {
    const body = json && JSON.stringify(json);
    const sent = json ? { ...headers, "content-type": "application/json" } : headers;
    return read(await fetch(origin + path, { method: "POST", headers: sent, body }));
  };
  headers.authorization = `Bearer ${await requestToken(post)}`;
  return {
    ...jobsOver(apiOver(get, post)),
    bare: async (userId) => {
      const response = await fetch(origin + sessionsPath(userId), { headers });
      return response.arrayBuffer();
    },
  };
}

async function read(response) {
  if (response.status === 200) return response.json();
  await response.arrayBuffer();
  if (response.status !== 202) throw new Error(`The response was ${response.status}.`);
}
