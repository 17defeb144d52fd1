/** What the tenant received and answered, as it was on the wire. */
export class Recorder {
  /** @type {RecordedRequest[]} */
  requests = [];
  /** All requests ever, also those dropped from the list. */
  count = 0;
  #limit;
  #listener;

  /** @param {number} limit the oldest half goes when the list outgrows it */
  constructor(limit, listener) {
    this.#limit = limit;
    this.#listener = listener;
  }

  open(request, at) {
    const recorded = new RecordedRequest(request, at, this.count++);
    if (this.requests.length >= this.#limit) this.requests.splice(0, Math.ceil(this.#limit / 2));
    if (this.#limit > 0) this.requests.push(recorded);
    return recorded;
  }

  /** Once per request, however it ended. */
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
  /** The route's answer: a status, or what became of the connection instead. */
  status;
  responseHeaders;
  responseBody;
  /** @type {"pending" | "answered" | "faulted"} */
  outcome = "pending";
  fault;
  durationMs;
  body = "";

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

  /** The body read as JSON, or undefined. */
  get json() {
    return tryParse(this.body);
  }

  get responseJson() {
    return tryParse(this.responseBody);
  }
}

function tryParse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
