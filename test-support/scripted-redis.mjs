// A Redis that replies exactly as a test specifies, however wrong, down to the bytes.

import { createServer } from "node:net";
import { listening } from "./tcp-server.mjs";

/** The reply to a script that reads a missing key: no value, no lifetime, the time. */
export const ABSENT = "*4\r\n$-1\r\n:-2\r\n$10\r\n1800000000\r\n$1\r\n0\r\n";
/** The reply to a script that claims a missing value: no value, no lifetime, and the claim was granted. */
const CLAIMED = "*3\r\n$-1\r\n:0\r\n:1\r\n";
export const OK = "+OK\r\n";

/** How a Redis without any keys replies to each command of the library. */
export function emptyRedis([name, script]) {
  if (name !== "EVAL") return OK;
  if (script.includes("'nx'")) return CLAIMED;
  if (script.includes("'del', KEYS[1])") && !script.includes("pttl")) return ":0\r\n";
  return script.includes("return false") ? "$-1\r\n" : ABSENT;
}

/**
 * `reply` gets the words of a command and returns the bytes to send, or nothing for no reply; it can
 * write to the socket itself too. Returns the URL and the commands so far.
 */
export async function scriptedRedis(t, reply = emptyRedis) {
  const commands = [];
  const server = createServer((socket) => {
    let pending = "";
    socket.on("data", (data) => {
      pending += data.toString("latin1");
      for (let read = command(pending); read; read = command(pending)) {
        pending = pending.slice(read.length);
        commands.push(read.words);
        const bytes = reply(read.words, socket);
        if (bytes !== undefined) socket.write(bytes);
      }
    });
  });
  const url = `redis://${await listening(t, server)}`;
  return { url, commands };
}

/** The first command in the text, and its length. */
function command(text) {
  const [head, count] = /^\*(\d+)\r\n/.exec(text) ?? [];
  if (!head) return undefined;
  const words = [];
  let at = head.length;
  while (words.length < Number(count)) {
    const [size, bytes] = /^\$(\d+)\r\n/.exec(text.slice(at)) ?? [];
    if (!size || text.length < at + size.length + Number(bytes) + 2) return undefined;
    words.push(text.slice(at + size.length, at + size.length + Number(bytes)));
    at += size.length + Number(bytes) + 2;
  }
  return { words, length: at };
}
