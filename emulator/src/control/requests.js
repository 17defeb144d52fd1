import { checkOperation } from "./operations.js";

/** @import { RecordedRequest } from "../../index.js" */
/** @import { Route } from "./route.js" */

/** @param {RecordedRequest} request */
function forJson(request) {
  const { number, at, method, url, template, operation, params, query } = request;
  const { headers, httpVersion, body, status, responseHeaders, responseBody } = request;
  const { outcome, fault, durationMs } = request;
  return {
    ...{ number, at, method, url, template, operation, params, query },
    ...{ headers, httpVersion, body, status, responseHeaders, responseBody },
    ...{ outcome, fault, durationMs },
  };
}

/** @type {Route[]} */
export const requestRoutes = [
  {
    method: "GET",
    url: "/requests",
    query: {
      type: "object",
      additionalProperties: false,
      properties: { since: { type: "integer" }, operation: { type: "string" } },
    },
    handle({ core, tenant, query: { since = 0, operation } }) {
      checkOperation(core, operation);
      const requests = tenant.requests
        .filter(({ number }) => number >= since)
        .filter((request) => operation === undefined || request.operation === operation)
        .map(forJson);
      return { count: requests.length, total: tenant.requestCount, requests };
    },
  },
  {
    method: "DELETE",
    url: "/requests",
    handle: ({ tenant }) => tenant.clearRequests(),
  },
];
