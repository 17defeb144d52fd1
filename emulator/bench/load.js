import http from "node:http";

const SECONDS = 5;
const CONNECTIONS = 16;
const { url, path, token } = JSON.parse(process.argv[2]);
const { hostname, port } = new URL(url);
const agent = new http.Agent({ keepAlive: true, maxSockets: CONNECTIONS });
const headers = { authorization: `Bearer ${token}` };

function once() {
  return new Promise((resolve, reject) => {
    http
      .get({ agent, hostname, port, path, headers }, (response) => {
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

const phase = async (seconds) => {
  const until = performance.now() + seconds * 1000;
  const counts = await Promise.all(Array.from({ length: CONNECTIONS }, () => worker(until)));
  return counts.reduce((a, b) => a + b) / seconds;
};
await phase(1);
console.log(`session lists per second: ${Math.round(await phase(SECONDS))}`);
agent.destroy();
