import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { after, test } from "node:test";
import { read, token } from "../test-support/client.js";
import { OUT_OF_SCOPE, SEED, SPECIAL } from "../test-support/examples.js";
import { shapeDifferences } from "../test-support/shape.js";
import { startTenant } from "../test-support/tenant.js";

const file = new URL("../../../shared/auth0-api-examples.json", import.meta.url);
const skip = existsSync(file)
  ? false
  : "no ../shared/auth0-api-examples.json, which is not part of the repository: put the recorded examples there";
const { endpoints } = skip ? { endpoints: [] } : JSON.parse(readFileSync(file, "utf8"));
const DOMAIN = "https://acme-dev.eu.auth0.com";

/** Sends an example's request with the placeholders filled in. */
async function replay(tenant, { request }, { fill = {}, bearer, query: more }) {
  const filled = (value) =>
    JSON.parse(
      Object.entries({ ...fill, [DOMAIN]: tenant.origin }).reduce(
        (text, [from, to]) => text.replaceAll(from, to),
        JSON.stringify(value),
      ),
    );
  const query = { ...request.query, ...more };
  const url = `${tenant.url}${request.path}${Object.keys(query).length ? `?${new URLSearchParams(query)}` : ""}`;
  const headers = { ...request.headers };
  delete headers.authorization;
  if (request.json) headers["content-type"] = "application/json";
  if (bearer) headers.authorization = `Bearer ${bearer}`;
  const form = request.form && new URLSearchParams(filled(request.form));
  const json = request.json && JSON.stringify(filled(request.json));
  const body = form ?? json;
  return read(await fetch(url, { method: request.method, headers, body, redirect: "manual" }));
}

let shared;
after(() => shared?.close());

/** Most examples can share one tenant, which is reset. */
async function tenantFor(t, options) {
  if (!options) {
    shared ??= await startTenant({ seed: SEED });
    shared.reset();
    return shared;
  }
  const tenant = await startTenant({ seed: SEED, ...options });
  t.after(() => tenant.close());
  return tenant;
}

if (skip) test("recorded and documented examples are replayed", { skip }, () => {});

for (const endpoint of endpoints) {
  for (const example of endpoint.examples) {
    if (!["recorded", "documented"].includes(example.provenance)) continue;
    const title = `${endpoint.id}: ${example.name}`;
    test(title, { skip: OUT_OF_SCOPE[title] }, async (t) => {
      const { options, prepare } = SPECIAL[title] ?? {};
      const tenant = await tenantFor(t, options);
      const bearer = example.request.path.startsWith("/api/v2/")
        ? (await token(tenant)).body.access_token
        : undefined;
      const prepared = (await prepare?.(tenant, example)) ?? {};
      const response = await replay(tenant, example, { bearer, ...prepared });
      assert.equal(response.status, example.response.status, response.text);
      const expected = example.response.json;
      if (expected === undefined) return;
      if (response.status >= 400) assert.deepEqual(response.body, expected);
      else assert.deepEqual(shapeDifferences(expected, response.body, prepared.optional), []);
    });
  }
}
