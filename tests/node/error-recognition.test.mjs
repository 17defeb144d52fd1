// isInstance recognizes errors of this library wherever they were created, and no others.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createRequire } from "node:module";
import { test } from "node:test";
import { runInNewContext } from "node:vm";
import { Worker } from "node:worker_threads";
import * as errors from "@archie/auth0-user-security";
import { ERROR_CODES } from "../../test-support/error-codes.mjs";
import { scriptedServer } from "../../test-support/scripted-server.mjs";
import { rejection, serviceFor } from "../../test-support/service.mjs";

const require = createRequire(import.meta.url);
const { Auth0ApiError, Auth0UserSecurityError, NetworkError, UserNotFoundError } = errors;

const viaJson = (error) => JSON.parse(JSON.stringify(error));

/** The value as a worker thread sends it back. */
async function viaWorker(value) {
  const source = `
    const { workerData, parentPort } = require("node:worker_threads");
    parentPort.postMessage(workerData);
  `;
  const worker = new Worker(source, { eval: true, workerData: value });
  const [copy] = await once(worker, "message");
  await worker.terminate();
  return copy;
}

for (const [name, code] of Object.entries(ERROR_CODES)) {
  test(`${name} is recognized after a clone, a worker and JSON, as its class and those above`, async () => {
    for (const message of ["What happened", "", "two\nlines"]) {
      const error = new errors[name](message, { operation: "someCall" });
      assert.ok(error.stack.startsWith(`${name} [${code}]`), error.stack);
      assert.deepEqual([error.name, Object.keys(error)], [name, ["code", "operation"]]);
      const json = error.toJSON();
      assert.deepEqual([json.name, json.code, json.message], [name, code, message]);
      for (const copy of [structuredClone(error), await viaWorker(error), viaJson(error)]) {
        for (const other of Object.keys(ERROR_CODES)) {
          const expected = error instanceof errors[other];
          assert.equal(errors[other].isInstance(copy), expected, `${other}: ${name}`);
        }
      }
    }
  });
}

test("a failed call is recognized after a clone and JSON, within the right class only", async (t) => {
  const api = ({ url }) => ({ status: url.includes("nobody") ? 404 : 429 });
  const service = serviceFor(await scriptedServer(t, { api }), { retry: { maxAttempts: 1 } });
  const found = await rejection(service.findUserSessions("auth0|nobody"));
  const limited = await rejection(service.findUserSessions("auth0|a"));
  for (const copy of [structuredClone, viaJson]) {
    assert.ok(UserNotFoundError.isInstance(copy(found)));
    assert.ok(!Auth0ApiError.isInstance(copy(found)));
    assert.ok(errors.RateLimitError.isInstance(copy(limited)));
    assert.ok(Auth0ApiError.isInstance(copy(limited)));
    assert.ok(!NetworkError.isInstance(copy(limited)));
  }
  assert.match(found.cause.stack, /^Auth0ApiError \[ERR_AUTH0_API\]: /);
  assert.ok(Auth0ApiError.isInstance(structuredClone(found.cause)));
});

const throwing = () => {
  throw new Error("mine");
};
const traps = ["get", "getPrototypeOf", "getOwnPropertyDescriptor", "has", "ownKeys"];
const hostile = Object.fromEntries(traps.map((trap) => [trap, throwing]));
const revocable = Proxy.revocable({}, {});
revocable.revoke();
const brand = Symbol.for("@archie/auth0-user-security/error-lineage");
const errorLike = (fields) => Object.assign(new Error("x"), fields);

for (const [name, value] of Object.entries({
  undefined: undefined,
  null: null,
  "a number": 5,
  "a string": "NetworkError [ERR_NETWORK]: x",
  "a function": Object.assign(() => {}, { code: "ERR_NETWORK" }),
  "an empty object": {},
  "an object without a prototype": Object.create(null),
  "an array": ["NetworkError", "ERR_NETWORK"],
  "an Error": new Error("x"),
  "a TypeError": new TypeError("NetworkError [ERR_NETWORK]: x"),
  "a DOMException of that name": new DOMException("x", "NetworkError"),
  "a DOMException for a timeout": new DOMException("x", "TimeoutError"),
  "a clone of a DOMException": structuredClone(new DOMException("x", "NetworkError")),
  "an Error of that name": errorLike({ name: "NetworkError" }),
  "an Error of that name and another code": errorLike({
    name: "NetworkError",
    code: "ERR_TIMEOUT",
  }),
  "an Error of that name and a numeric code": errorLike({ name: "NetworkError", code: 19 }),
  "an Error with that code": errorLike({ code: "ERR_NETWORK" }),
  "an Error whose message looks like a header": new Error("NetworkError [ERR_NETWORK]: x"),
  "an Error whose second line does": new Error("x\nNetworkError [ERR_NETWORK]: x"),
  "a clone of an Error of that name": structuredClone(errorLike({ name: "NetworkError" })),
  "JSON with only the name": { name: "NetworkError", message: "x" },
  "JSON with the name of one class and the code of another": {
    name: "NetworkError",
    code: "ERR_TIMEOUT",
  },
  "JSON with a name of Object.prototype": { name: "toString", code: "ERR_NETWORK" },
  "JSON with inherited fields": Object.create({ name: "NetworkError", code: "ERR_NETWORK" }),
  "the stack of one class with the code of another": { stack: "NetworkError [ERR_TIMEOUT]: x" },
  "a stack that does not begin with it": { stack: "Error: NetworkError [ERR_NETWORK]: x" },
  "a brand with the code of another class": { [brand]: ["NetworkError"], code: "ERR_TIMEOUT" },
  "an unknown brand": { [brand]: ["Other", "toString", {}], code: "ERR_TIMEOUT" },
  "getters that throw": Object.defineProperties(
    {},
    { name: { get: throwing }, code: { get: throwing }, stack: { get: throwing } },
  ),
  "a Proxy whose traps throw": new Proxy({}, hostile),
  "a Proxy of an Error whose traps throw": new Proxy(new Error("x"), hostile),
  "a revoked Proxy": revocable.proxy,
  "an Error of another realm": runInNewContext('new Error("x")'),
  "an Error of that name and of another realm": runInNewContext(
    'Object.assign(new Error("x"), { name: "NetworkError" })',
  ),
})) {
  test(`isInstance is false for ${name}`, () => {
    for (const type of Object.keys(ERROR_CODES)) assert.ok(!errors[type].isInstance(value), type);
    const { isInstance } = NetworkError;
    assert.equal(isInstance(value), false, "without its class");
  });
}

test("an error of another realm is recognized by class and code together", () => {
  const fields = '{ name: "NetworkError", code: "ERR_NETWORK" }';
  assert.ok(NetworkError.isInstance(runInNewContext(`Object.assign(new Error("x"), ${fields})`)));
});

test("an error of another copy of the package is recognized, even one of a class that is new there", () => {
  const path = require.resolve("@archie/auth0-user-security").replace("index.js", "lib/errors.js");
  const kept = require.cache[path];
  delete require.cache[path];
  const other = require(path);
  require.cache[path] = kept;
  const error = new other.NetworkError("x");
  assert.ok(!(error instanceof NetworkError));
  for (const type of [NetworkError, Auth0ApiError, Auth0UserSecurityError]) {
    assert.ok(type.isInstance(error), type.name);
  }
  assert.ok(!errors.TimeoutError.isInstance(error));
  const lineage = ["NewError", "Auth0ApiError", "Auth0UserSecurityError"];
  const newer = errorLike({ code: "ERR_NEW", [brand]: lineage });
  assert.ok(Auth0ApiError.isInstance(newer));
  assert.ok(!NetworkError.isInstance(newer));
});

test("a class that a program derives is not taken for its parent", () => {
  class Offline extends NetworkError {
    get name() {
      return "Offline";
    }
  }
  const error = new Offline("x");
  assert.ok(Offline.isInstance(error) && NetworkError.isInstance(error));
  assert.ok(!Offline.isInstance(new NetworkError("x")));
  assert.ok(!Offline.isInstance(viaJson(new NetworkError("x"))));
});

test("an uncaught error of a worker is recognized in the parent", async () => {
  const source = `
    const { NetworkError } = require("@archie/auth0-user-security");
    throw new NetworkError("x");
  `;
  const [error] = await once(new Worker(source, { eval: true }), "error");
  assert.ok(NetworkError.isInstance(error), error.stack);
});

test("an Error.prepareStackTrace of the program sees class and code, and may throw", () => {
  const { prepareStackTrace } = Error;
  try {
    Error.prepareStackTrace = (error) => `${error.name}: prepared`;
    assert.equal(new NetworkError("x").stack, "NetworkError [ERR_NETWORK]: prepared");
    Error.prepareStackTrace = throwing;
    assert.equal(new NetworkError("x").name, "NetworkError");
  } finally {
    Error.prepareStackTrace = prepareStackTrace;
  }
});

test("without stack frames class and code are still there", () => {
  const { stackTraceLimit } = Error;
  try {
    Error.stackTraceLimit = 0;
    assert.equal(new NetworkError("x").stack, "NetworkError [ERR_NETWORK]: x");
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
});
