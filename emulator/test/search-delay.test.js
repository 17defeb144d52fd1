import assert from "node:assert/strict";
import { test } from "node:test";
import { api } from "../test-support/client.js";
import { PEOPLE, startTenant } from "../test-support/tenant.js";

test("the search sees a write after its delay, other reads see it immediately", async (t) => {
  const tenant = await startTenant({ searchDelay: 5000 });
  t.after(() => tenant.close());
  tenant.clock.freeze();
  const call = await api(tenant);
  const ada = `/users/${encodeURIComponent(PEOPLE.ada)}`;
  const nickname = async () => {
    const { body } = await call("GET", `/users?q=user_id:"${encodeURIComponent(PEOPLE.ada)}"`);
    return body.map((user) => user.nickname);
  };
  const rename = (name) => call("PATCH", ada, { json: { nickname: name } });
  const [before] = await nickname();
  await rename("first");
  tenant.clock.advance(3000);
  await rename("second");
  assert.deepEqual(await nickname(), [before]);
  assert.equal((await call("GET", ada)).body.nickname, "second");
  tenant.clock.advance(2000);
  assert.deepEqual(await nickname(), ["first"]);
  tenant.clock.advance(3000);
  assert.deepEqual(await nickname(), ["second"]);
  await call("DELETE", ada);
  assert.deepEqual(await nickname(), ["second"]);
  tenant.reset();
  assert.deepEqual(await nickname(), [before]);
});
