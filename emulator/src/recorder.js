/** @import { Fault } from "../index.js" */
/** @import { Request } from "./http.js" */

/** What the tenant received and sent, as it was on the wire. */
export class Recorder {
  /** @type {RecordedRequest[]} */
  requests = [];
  /** All requests ever, including those that were dropped from the list. */
  count = 0;
  #limit;
  #listener;

  /**
   * @param {number} limit when the list reaches it, its older half is dropped
   * @param {((request: RecordedRequest) => void) | undefined} listener
   */
  constructor(limit, listener) {
    this.#limit = limit;
    this.#listener = listener;
  }

  /**
   * @param {Request} request
   * @param {number} at
   */
  open(request, at) {
    const recorded = new RecordedRequest(request, at, this.count++);
    if (this.requests.length >= this.#limit) this.requests.splice(0, Math.ceil(this.#limit / 2));
    if (this.#limit > 0) this.requests.push(recorded);
    return recorded;
  }

  /**
   * Notifies the listener once per request, however the request ended.
   * @param {RecordedRequest} recorded
   */
  finish(recorded) {
    if (recorded.durationMs !== undefined) return;
    recorded.durationMs = performance.now() - recorded.startedAt;
    this.#listener?.(recorded);
  }

  clear() {
    this.requests.length = 0;
  }
}

export class RecordedRequest {
  /** @type {number | undefined} */
  status;
  /** @type {Record<string, unknown> | undefined} */
  responseHeaders;
  /** @type {string | undefined} */
  responseBody;
  /** @type {"pending" | "answered" | "faulted"} */
  outcome = "pending";
  /** @type {Fault | undefined} */
  fault;
  /** @type {number | undefined} */
  durationMs;
  body = "";

  /**
   * @param {Request} request
   * @param {number} at
   * @param {number} number
   */
  constructor(request, at, number) {
    const { operation, template } = request.routeOptions.config;
    this.number = number;
    this.at = new Date(at);
    this.startedAt = performance.now();
    this.method = request.method;
    this.url = request.originalUrl;
    this.operation = operation;
    this.template = template;
    this.params = request.params;
    this.query = request.query;
    this.headers = request.headers;
    this.rawHeaders = request.raw.rawHeaders;
    this.httpVersion = request.raw.httpVersion;
  }

  /** The body as JSON, or undefined. */
  get json() {
    return tryParse(this.body);
  }

  get responseJson() {
    return tryParse(this.responseBody);
  }
}

/** @param {string | undefined} text */
function tryParse(text) {
  try {
    return JSON.parse(text ?? "");
  } catch {
    return undefined;
  }
}
