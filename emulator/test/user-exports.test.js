import assert from "node:assert/strict";
import { once } from "node:events";
import https from "node:https";
import { after, before, beforeEach, test } from "node:test";
import { gunzipSync } from "node:zlib";
import { api, token } from "../test-support/client.js";
import { PEOPLE, startTenant } from "../test-support/tenant.js";

const GITHUB = "con_3Vb6nYh9Rd4cJk5M";
const { ada, linked, linus } = PEOPLE;
let tenant;
let call;

before(async () => {
  tenant = await startTenant();
  call = await api(tenant);
});
beforeEach(() => tenant.reset());
after(() => tenant.close());

const create = (json = {}) => call("POST", "/jobs/users-exports", { json });

/** Creates a job and polls it until it is completed. */
async function exported(json) {
  const { status, body } = await create(json);
  assert.equal(status, 200, JSON.stringify(body));
  await call("GET", `/jobs/${body.id}`);
  const job = await call("GET", `/jobs/${body.id}`);
  assert.equal(job.body.status, "completed");
  return job.body;
}

async function download(location, headers = {}) {
  const response = await fetch(location, { headers });
  const bytes = Buffer.from(await response.arrayBuffer());
  return { status: response.status, headers: response.headers, bytes, text: String(bytes) };
}

async function linesOf(json) {
  const { bytes } = await download((await exported(json)).location);
  const text = String(gunzipSync(bytes));
  assert.ok(text.endsWith("\n"));
  return text.slice(0, -1).split("\n");
}

const rowsOf = async (json) => (await linesOf(json)).map((line) => JSON.parse(line));

test("a job is pending, then processing, then completed, with a file on another origin", async () => {
  tenant.clock.freeze();
  const fields = [{ name: "user_id" }];
  const asked = { connection_id: GITHUB, format: "json", limit: 5, fields };
  const created = await create(asked);
  const { id } = created.body;
  assert.match(id, /^job_[A-Za-z0-9]{16}$/);
  const known = { ...asked, type: "users_export", id, created_at: tenant.clock.iso() };
  assert.deepEqual(created.body, { ...known, connection: "github", status: "pending" });
  const first = await call("GET", `/jobs/${id}`);
  const progress = { percentage_done: 50, time_left_seconds: 0 };
  const running = { ...known, connection: "github", status: "processing", ...progress };
  assert.deepEqual(first.body, running);
  const { location, ...rest } = (await call("GET", `/jobs/${id}`)).body;
  assert.deepEqual(rest, { ...running, status: "completed", percentage_done: 100 });
  const url = new URL(location);
  assert.equal(url.origin, tenant.exportsUrl);
  assert.notEqual(url.origin, tenant.origin);
  assert.equal(url.pathname, `/${id}/tenant.json.gz`);
  const { status, headers, bytes } = await download(location);
  assert.deepEqual([status, headers.get("content-encoding")], [200, null]);
  assert.equal(String(gunzipSync(bytes)), `{"user_id":"${linus}"}\n`);
  assert.equal(tenant.requests.at(-1).operation, "download_users_export");
});

test("with a delay, a job completes no earlier, and says how much time is left", async (t) => {
  const slow = await startTenant({ exportDelay: 10_000 });
  t.after(() => slow.close());
  slow.clock.freeze();
  const callSlow = await api(slow);
  const { body } = await callSlow("POST", "/jobs/users-exports", { json: {} });
  const poll = async () => {
    const job = (await callSlow("GET", `/jobs/${body.id}`)).body;
    return [job.status, job.percentage_done, job.time_left_seconds];
  };
  assert.deepEqual(await poll(), ["processing", 0, 10]);
  slow.clock.advance(5500);
  assert.deepEqual(await poll(), ["processing", 54, 5]);
  slow.clock.advance(4500);
  assert.deepEqual(await poll(), ["completed", 100, 0]);
  const second = await callSlow("POST", "/jobs/users-exports", { json: {} });
  slow.settle();
  const poll2 = async () => (await callSlow("GET", `/jobs/${second.body.id}`)).body.status;
  assert.deepEqual([await poll2(), await poll2()], ["processing", "completed"]);
});

test("an export contains all users or those of a connection, and no identity provider's token", async () => {
  const all = await rowsOf({ fields: [{ name: "user_id" }, { name: "identities" }] });
  assert.deepEqual(
    all.map((row) => row.user_id),
    tenant.users().map((row) => row.user_id),
  );
  assert.ok(!JSON.stringify(all).includes("ya29"));
  const google = await rowsOf({ connection_id: "con_8Kp2mQx0Ws1zTg7L" });
  assert.ok(google.some((row) => row.user_id === linked));
  assert.ok(google.every((row) => row.email && row.created_at && !("identities" in row)));
  assert.equal((await rowsOf({ limit: 3 })).length, 3);
});

test("the file has the users as they are when the job completes", async () => {
  const { body } = await create({ fields: [{ name: "user_id" }] });
  tenant.removeUser(ada);
  await call("GET", `/jobs/${body.id}`);
  const { location } = (await call("GET", `/jobs/${body.id}`)).body;
  tenant.removeUser(linus);
  const text = String(gunzipSync((await download(location)).bytes));
  assert.ok(!text.includes(ada) && text.includes(linus), text);
});

test("fields may be nested and renamed, in JSON and in CSV", async () => {
  tenant.addUser({
    user_id: "auth0|1",
    name: '=cmd|"x",',
    logins_count: 7,
    user_metadata: { country: "DE", tags: ["a"] },
  });
  const fields = [
    { name: "user_id" },
    { name: "name", export_as: "Name" },
    { name: "user_metadata.country", export_as: "country" },
    { name: "user_metadata" },
    { name: "logins_count" },
    { name: "identities[0].isSocial", export_as: "social" },
    { name: "constructor.name" },
    { name: "email" },
  ];
  const json = (await rowsOf({ fields })).at(-1);
  assert.deepEqual(json, {
    user_id: "auth0|1",
    Name: '=cmd|"x",',
    country: "DE",
    user_metadata: { country: "DE", tags: ["a"] },
    logins_count: 7,
    social: false,
  });
  const csv = await linesOf({ fields, format: "csv" });
  assert.equal(
    csv[0],
    '"user_id","Name","country","user_metadata","logins_count","social","constructor.name","email"',
  );
  assert.equal(csv.at(-1), `"'auth0|1","'=cmd|""x"",","'DE",,7,false,,`);
});

test("the download refuses an access token, a changed link and an expired one", async () => {
  tenant.clock.freeze();
  const { id, location } = await exported();
  const bearer = await download(location, { authorization: "Bearer x" });
  assert.equal(bearer.status, 400);
  assert.match(bearer.text, /<Code>InvalidArgument<\/Code>/);
  const other = await exported();
  for (const changed of [
    location.replace(/Expires=\d+/, "Expires=9999999999"),
    location.replace(/Signature=./, "Signature=x"),
    location.replace(/\?.*/, ""),
    location.replace(id, other.id),
  ]) {
    const { status, text } = await download(changed);
    assert.equal(status, 403, changed);
    assert.match(text, /<Code>AccessDenied<\/Code>/);
  }
  assert.equal((await download(`${tenant.exportsUrl}/x`)).status, 404);
  tenant.clock.advance(59_000);
  assert.equal((await download(location)).status, 200);
  tenant.clock.advance(1000);
  assert.match((await download(location)).text, /Request has expired/);
  const again = await call("GET", `/jobs/${id}`);
  assert.equal((await download(again.body.location)).status, 200);
});

test("a job is gone after a day, and an unknown one is not found", async () => {
  const { id, location } = await exported();
  tenant.clock.advance(24 * 3_600_000);
  const fresh = await api(tenant);
  const absent = await fresh("GET", `/jobs/${id}`);
  assert.deepEqual(absent.body, {
    statusCode: 404,
    error: "Not Found",
    message: "The job does not exist.",
  });
  assert.equal((await download(location)).status, 403);
  assert.equal((await fresh("GET", "/jobs/job_x")).status, 404);
});

test("the job of a verification email is found, too", async () => {
  const { body } = await call("POST", "/jobs/verification-email", { json: { user_id: ada } });
  const job = await call("GET", `/jobs/${body.id}`);
  assert.deepEqual(job.body, { ...body, status: "completed" });
});

test("bodies are checked", async () => {
  const tooMany = Array.from({ length: 31 }, (_, index) => ({ name: `f${index}` }));
  for (const json of [
    { format: "xml" },
    { limit: 0 },
    { connection_id: "github" },
    { fields: ["user_id"] },
    { fields: [{ export_as: "x" }] },
    { fields: tooMany },
    { query: "x" },
  ]) {
    const { status, body } = await create(json);
    assert.deepEqual([status, body.errorCode], [400, "invalid_body"], JSON.stringify(json));
  }
  const { status, body } = await create({ connection_id: "con_0000000000000000" });
  assert.deepEqual([status, body.errorCode], [400, "inexistent_connection"]);
});

test("faults fail the job, the poll and the download", async () => {
  const failed = (job) => ({ ...job, status: "failed", location: undefined });
  const { body } = await create();
  tenant.fault("get_jobs_by_id", { change: failed });
  assert.equal((await call("GET", `/jobs/${body.id}`)).body.status, "failed");
  for (const [id, send] of [
    ["post_users-exports", create],
    ["get_jobs_by_id", () => call("GET", `/jobs/${body.id}`)],
  ]) {
    tenant.fault(id, { status: 503 });
    assert.equal((await send()).status, 503, id);
  }
  const { location } = await exported();
  tenant.fault("download_users_export", { status: 503 });
  assert.equal((await download(location)).status, 503);
  for (const what of [{ truncate: true }, { reset: "after" }]) {
    tenant.fault("download_users_export", what);
    await assert.rejects(download(location), JSON.stringify(what));
  }
  tenant.fault("download_users_export", { drip: { bytes: 500, every: 0 } });
  assert.ok(gunzipSync((await download(location)).bytes).length > 0);
});

test("creating a job needs to read users, and looking at one a scope of some job", async () => {
  const { id } = await exported();
  for (const [scope, post, get] of [
    ["read:grants", 403, 403],
    ["read:users", 200, 200],
    ["create:users", 403, 200],
  ]) {
    tenant.setScopes([scope]);
    const { access_token } = (await token(tenant)).body;
    const created = await call("POST", "/jobs/users-exports", { json: {}, token: access_token });
    const found = await call("GET", `/jobs/${id}`, { token: access_token });
    assert.deepEqual([created.status, found.status], [post, get], scope);
  }
});

test("over HTTPS, the download has the tenant's certificate, and it closes with the tenant", async () => {
  const secure = await startTenant({ https: true, domain: "acme.eu.auth0.com" });
  const { exportsUrl, origin } = secure;
  assert.match(exportsUrl, /^https:\/\/127\.0\.0\.1:\d+$/);
  assert.equal(origin, "https://acme.eu.auth0.com");
  const [response] = await once(https.get(`${exportsUrl}/x/y`, { ca: secure.ca }), "response");
  assert.equal(response.statusCode, 403);
  await secure.close();
  await assert.rejects(fetch(exportsUrl), (error) => error.cause.code === "ECONNREFUSED");
});
