import http from "node:http";
import https from "node:https";
import { issueTransferToken } from "./authentication/delegation.js";
import { readWebMessage } from "./authentication/web-message.js";
import { checkOptions, RULES, shown } from "./check-options.js";
import { unescapeHtml } from "./html-text.js";
import { accountOf, readLoginUrl, signingIn } from "./sign-in.js";

/** @import { IncomingHttpHeaders } from "node:http" */
/** @import { Callback, SignIn } from "../index.js" */
/** @import { Core } from "./core.js" */

/**
 * @typedef {object} Page
 * @property {string} path
 * @property {string | null} state
 * @property {number | undefined} status
 * @property {IncomingHttpHeaders} headers
 * @property {string} text
 */

const USER_AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:121.0) Gecko/20100101 Firefox/121.0";
const FORM_POST = 'onload="document.forms[0].submit()"';
const MAX_STEPS = 10;

/**
 * A person at a browser, over real HTTP: follows `/authorize` through the tenant's own pages, keeps
 * the session cookie, and stops at the callback.
 */
export class Browser {
  #core;
  #userAgent;
  /** @type {string | undefined} */
  #cookie;
  /**
   * The custom domain that the login is on, if any.
   * @type {string | undefined}
   */
  #host;

  /**
   * @param {Core} core
   * @param {{ userAgent?: string }} [options]
   */
  constructor(core, options = {}) {
    checkOptions("browser", options, { userAgent: RULES.text });
    const { userAgent = USER_AGENT } = options;
    this.#core = core;
    this.#userAgent = userAgent;
  }

  /**
   * @param {string | URL} url of `/authorize`, on any host that the tenant serves
   * @param {SignIn} [how]
   * @returns {Promise<Callback>}
   */
  async authorize(url, how = {}) {
    const { host, pathname, search } = this.#parse(url, how);
    this.#host = this.#core.options.customDomains.includes(host) ? host : undefined;
    let page = await this.#request("GET", pathname + search);
    for (let step = 0; step < MAX_STEPS; step++) {
      const { location } = page.headers;
      if (location !== undefined) {
        if (!this.#isOwn(location)) return redirectedTo(location);
        page = await this.#request("GET", location);
      } else {
        const result = postedTo(page.text) ?? messagedTo(page.text);
        if (result) return result;
        page = await this.#fillIn(page, how);
      }
    }
    throw new Error(
      `The login did not reach a callback after ${MAX_STEPS} pages; see tenant.requests`,
    );
  }

  /**
   * @param {string | URL} url
   * @param {SignIn} how
   */
  #parse(url, how) {
    const parsed = readLoginUrl(this.#core, url, how);
    if (how.actor === undefined) return parsed;
    const { user_id: id } = signingIn(this.#core, how.as);
    const token = issueTransferToken(this.#core, id, how.actor);
    parsed.searchParams.set("session_transfer_token", token);
    return parsed;
  }

  /**
   * @param {Page} page
   * @param {SignIn} how
   */
  async #fillIn({ path, state, status = 0, headers, text }, how) {
    if (!/^text\/html/.test(headers["content-type"] ?? "")) throw notAPage(path, status, text);
    if (status >= 400) throw new Error(refusalOf(text) ?? `${status}: ${messageOf(text)}`);
    const form = { state: state ?? "" };
    if (path === "/u/consent") {
      return this.#post("/u/consent", { ...form, action: how.deny ? "cancel" : "default" });
    }
    return this.#signIn(form, how);
  }

  /**
   * @param {{ state: string }} form
   * @param {SignIn} how
   */
  async #signIn(form, how) {
    const transaction = this.#core.store.transactions.get(form.state);
    const { id, provider, connection, username, secret } = accountOf(this.#core, transaction, how);
    if (provider === "auth0") {
      const action = how.deny ? "cancel" : "default";
      return this.#post("/u/login", { ...form, username, password: secret, action });
    }
    if (transaction?.connection === undefined) {
      await this.#post("/u/login/provider", { ...form, connection });
    }
    const [field, value] = how.deny ? ["action", "cancel"] : ["account", id];
    return this.#post("/u/idp", { ...form, connection, [field]: value });
  }

  /** @param {string} location */
  #isOwn(location) {
    return location.startsWith("/") || location.startsWith(`${this.#core.origin}/`);
  }

  /**
   * @param {string} path
   * @param {Record<string, string>} fields
   */
  #post(path, fields) {
    return this.#request("POST", path, new URLSearchParams(fields).toString());
  }

  /**
   * Sends a request with the cookie, and does not follow redirects.
   * @param {string} method
   * @param {string} target
   * @param {string} [body]
   * @returns {Promise<Page>}
   */
  async #request(method, target, body) {
    const { url, origin, tls } = this.#core;
    const path = target.startsWith("/") ? target : target.slice(origin.length);
    const { hostname, port, protocol } = new URL(url);
    const headers = {
      host: this.#host ?? new URL(origin).host,
      "user-agent": this.#userAgent,
      ...(this.#cookie && { cookie: this.#cookie }),
      ...(body !== undefined && { "content-type": "application/x-www-form-urlencoded" }),
    };
    const options = { method, hostname, port, path, headers, agent: false, ca: tls?.ca };
    const send = protocol === "https:" ? https.request : http.request;
    const response = await exchange(send(options), body);
    const [cookie] = response.headers["set-cookie"] ?? [];
    if (cookie) this.#cookie = cookie.split(";")[0];
    const { pathname, searchParams } = new URL(path, origin);
    return { ...response, path: pathname, state: searchParams.get("state") };
  }
}

/**
 * @param {http.ClientRequest} request
 * @param {string | undefined} body
 * @returns {Promise<Pick<Page, "status" | "headers" | "text">>}
 */
function exchange(request, body) {
  return new Promise((resolve, reject) => {
    request.on("error", reject).on("response", (response) => {
      const { statusCode: status, headers } = response;
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (part) => {
        text += part;
      });
      response.on("end", () => resolve({ status, headers, text }));
      response.on("error", reject);
    });
    request.end(body);
  });
}

/**
 * What a callback received in its query or fragment.
 * @param {string} location
 */
function redirectedTo(location) {
  const url = new URL(location);
  const params = Object.fromEntries([
    ...url.searchParams,
    ...new URLSearchParams(url.hash.slice(1)),
  ]);
  return { url: location, params, ...params };
}

/**
 * What a callback received in a `form_post`.
 * @param {string} html
 */
function postedTo(html) {
  if (!html.includes(FORM_POST)) return undefined;
  const url = unescapeHtml(/action="([^"]*)"/.exec(html)?.[1] ?? "");
  const inputs = [...html.matchAll(/name="([^"]*)" value="([^"]*)"/g)];
  const params = Object.fromEntries(inputs.map(([, name, value]) => [name, unescapeHtml(value)]));
  return { url, params, ...params };
}

/**
 * What a window received in a `web_message`.
 * @param {string} html
 */
function messagedTo(html) {
  const message = readWebMessage(html);
  if (!message) return undefined;
  const entries = Object.entries(message.response);
  const params = Object.fromEntries(entries.map(([name, value]) => [name, String(value)]));
  return { url: message.origin, params, ...params };
}

/**
 * What is not a page of a login, such as a response of an API.
 * @param {string} path
 * @param {number} status
 * @param {string} text
 */
function notAPage(path, status, text) {
  const answer = `${status}: ${shown(text)}`;
  return new Error(
    `${path} is not a page, so it leads to no callback. Begin at /authorize. ${answer}`,
  );
}

/**
 * What the login page says was wrong with what was entered, if it is that page.
 * @param {string} html
 */
function refusalOf(html) {
  const [, problem] = /<p class="error"[^>]*>([^<]*)/.exec(html) ?? [];
  return problem && `The login page refused: ${unescapeHtml(problem)}`;
}

/**
 * The title of an error page, and what it explains.
 * @param {string} html
 */
function messageOf(html) {
  const [, title, detail] = /<h1>([^<]*)<\/h1>(?:<p>([^<]*))?/.exec(html) ?? [];
  return unescapeHtml([title ?? html, detail].filter(Boolean).join(" "));
}
