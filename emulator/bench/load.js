import http from "node:http";

const SECONDS = 3;
const CONNECTIONS = 16;
const { url, path, token } = JSON.parse(process.argv[2]);
const { hostname, port } = new URL(url);
const agent = new http.Agent({ keepAlive: true, maxSockets: CONNECTIONS });
const headers = { authorization: `Bearer ${token}` };

function once() {
  return new Promise((resolve, reject) => {
    http
      .get({ agent, hostname, port, path, headers }, (response) => {
        if (response.statusCode !== 200) reject(new Error(`answered ${response.statusCode}`));
        response.resume().on("end", resolve);
      })
      .on("error", reject);
  });
}

async function worker(until) {
  let done = 0;
  for (; performance.now() < until; done++) await once();
  return done;
}

const until = performance.now() + SECONDS * 1000;
const counts = await Promise.all(Array.from({ length: CONNECTIONS }, () => worker(until)));
const requests = counts.reduce((a, b) => a + b);
console.log(JSON.stringify({ requests, perSecond: requests / SECONDS }));
agent.destroy();
