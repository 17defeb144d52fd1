// The figures in docs/guides/fleets.md: requests for each user are counted, and times are computed from the limits.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PLANS } from "../../emulator/src/plans.js";
import { readDocument } from "../../test-support/repository.mjs";
import { serviceFor, tenantOf } from "../../test-support/service.mjs";

const guide = readDocument("docs/guides/fleets.md");
const USER = { user_id: "auth0|1", email: "one@example.com" };
const REQUESTS_FOR_TABLE = 2;
const LISTS = [1_000, 10_000, 100_000, 1_000_000, 10_000_000];

/** The cells of the rows of the table whose header begins with this. */
function rowsOf(header) {
  const [, rows] = new RegExp(`^\\| ${header}.*\\n\\|.*\\n((?:\\|.*\\n)+)`, "m").exec(guide);
  return rows
    .trim()
    .split("\n")
    .map((row) => row.split("|").slice(1, -1))
    .map((cells) => cells.map((cell) => cell.replaceAll(/[`,¹²]/g, "").trim()));
}

test("the requests for each user are those that the tenant counts", async (t) => {
  const rows = [{ user_id: USER.user_id }];
  const seed = { users: [USER], sessions: rows, refreshTokens: rows };
  const tenant = await tenantOf(t, { seed });
  const redirectUrl = "https://app.example.com/done";
  const requests = async (method, user, options) => {
    tenant.reset();
    const { failed } = await serviceFor(tenant)[method]([user], options).summary;
    assert.equal(failed, 0);
    return tenant.requests.filter(({ url }) => url.startsWith("/api/")).length;
  };
  for (const [method, , ...cells] of rowsOf("Method")) {
    const options = method === "emergencySecurityResponse" ? { redirectUrl } : undefined;
    for (const [index, user] of [USER.user_id, USER.email].entries()) {
      const [usual, atRisk] = cells[index].split(" at risk ");
      assert.equal(await requests(method, user, options), Number(usual), method);
      if (!atRisk) continue;
      const everybody = { ...options, minRiskLevel: "low" };
      assert.equal(await requests(method, user, everybody), Number(atRisk), method);
    }
  }
});

test("the limits are those of the plans", () => {
  const limits = Object.fromEntries(rowsOf("Plan").map(([plan, limit]) => [plan, Number(limit)]));
  assert.deepEqual(limits, {
    Free: PLANS.free.management.perSecond,
    "Essentials Professional": PLANS.essentials.groups.other.perSecond,
    "Enterprise not production": 2,
    Enterprise: PLANS.enterprise.management.perSecond,
    "Private Cloud tier of 100": PLANS["private-cloud"].management.perSecond,
    "Private Cloud largest tier": 5000,
  });
});

test("the times follow from the limits", () => {
  for (const [plan, limit, perSecond, ...times] of rowsOf("Plan")) {
    // On these plans a link takes one request of its group.
    const requests = plan.startsWith("Essentials") ? 1 : REQUESTS_FOR_TABLE;
    assert.equal(Number(perSecond), Number(limit) / requests, plan);
    assert.deepEqual(
      times,
      LISTS.map((users) => inWords(users / Number(perSecond))),
      plan,
    );
  }
});

/** With one decimal for numbers below ten. */
function inWords(seconds) {
  const units = [
    [90, 1, "s"],
    [90 * 60, 60, "min"],
    [48 * 3600, 3600, "h"],
    [Number.POSITIVE_INFINITY, 86_400, "days"],
  ];
  const [, length, unit] = units.find(([limit]) => seconds < limit);
  const value = seconds / length;
  return `${value < 10 ? Number(value.toFixed(1)) : Math.round(value)} ${unit}`;
}
