import Fastify from "fastify";
import { answerWithCpu } from "./cpu.js";

/** One Fastify route without checks or state, which sends the JSON that the tenant sends. */
const { url, path, token } = JSON.parse(process.argv[2]);
const response = await fetch(new URL(path, url), { headers: { authorization: `Bearer ${token}` } });
const body = await response.json();
const app = Fastify();
app.get("/api/v2/users/:id/sessions", async () => body);
const bareUrl = await app.listen({ host: "127.0.0.1", port: 0 });
answerWithCpu({ url: bareUrl, path, token }, () => app.close());
