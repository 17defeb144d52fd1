import http from "node:http";
import https from "node:https";
import { unescapeHtml } from "./html-text.js";
import { splitUserId } from "./store.js";

const AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:121.0) Gecko/20100101 Firefox/121.0";

/**
 * A person at a browser, over real HTTP: follows /authorize through the tenant's own pages, keeps the
 * session cookie, and stops at the callback.
 */
export class Browser {
  #core;
  #cookie;
  #agent;
  /** The custom domain that the login is on, if it is on one. */
  #host;

  constructor(core, { userAgent = AGENT } = {}) {
    this.#core = core;
    this.#agent = userAgent;
  }

  /**
   * @param {string | URL} url of /authorize, on any host the tenant answers for
   * @param {{ as: string, password?: string, deny?: boolean }} how as whom to sign in where a page
   *   asks; a linked identity's own id works too
   */
  async authorize(url, how = {}) {
    const { host, pathname, search } = new URL(url);
    this.#host = this.#core.options.customDomains.includes(host) ? host : undefined;
    let answer = await this.#request("GET", pathname + search);
    for (let step = 0; step < 10; step++) {
      const location = answer.headers.location;
      if (location === undefined) answer = await this.#act(answer, how);
      else if (this.#isOwn(location)) answer = await this.#request("GET", location);
      else return callback(location);
      if (answer.done) return answer.done;
    }
    throw new Error("The login did not come to an end");
  }

  /** A page asks something: choose, sign in, consent or refuse. */
  async #act(answer, how) {
    const { page, state } = answer;
    if (answer.status >= 400) throw new Error(`${answer.status}: ${titleOf(answer.text)}`);
    if (answer.text.includes('onload="document.forms[0].submit()"'))
      return { done: posted(answer.text), headers: {} };
    if (page === "/u/consent")
      return this.#post("/u/consent", { state, action: how.deny ? "cancel" : "default" });
    return this.#signIn(state, how);
  }

  async #signIn(state, { as, password, deny }) {
    const { identity, transaction } = this.#choose(as, state);
    const isDatabase = identity.provider === "auth0";
    if (isDatabase) {
      const secret = password ?? this.#core.store.passwords.get(`auth0|${identity.user_id}`);
      const fields = {
        username: identity.name,
        password: secret ?? "",
        action: deny ? "cancel" : "default",
      };
      return this.#post("/u/login", { state, ...fields });
    }
    if (transaction.connection === undefined) {
      await this.#post("/u/login/provider", { state, connection: identity.connection });
    }
    const choice = deny ? { action: "cancel" } : { account: String(identity.user_id) };
    return this.#post("/u/idp", { state, connection: identity.connection, ...choice });
  }

  #choose(as, state) {
    const { store } = this.#core;
    const transaction = store.transactions.get(state);
    const user = as && (store.users.get(as) ?? store.userByIdentity(...splitUserId(as)));
    if (!user) throw new Error(`A page asks who signs in, and "as" names no user: ${as}`);
    const [, id] = store.users.has(as) ? [] : splitUserId(as);
    const identity = user.identities.find((one) => id === undefined || String(one.user_id) === id);
    const { email, username, phone_number: phone } = identity.profileData ?? user;
    return { transaction, identity: { ...identity, name: email ?? username ?? phone } };
  }

  #isOwn(location) {
    return location.startsWith("/") || location.startsWith(`${this.#core.origin}/`);
  }

  #post(path, fields) {
    return this.#request("POST", path, new URLSearchParams(fields).toString());
  }

  /** A request to the tenant, cookie and all, without following redirects. */
  async #request(method, target, body) {
    const { url, origin, tls } = this.#core;
    const path = target.startsWith("/") ? target : target.slice(origin.length);
    const { hostname, port, protocol } = new URL(url);
    const headers = {
      host: this.#host ?? new URL(origin).host,
      "user-agent": this.#agent,
      ...(this.#cookie && { cookie: this.#cookie }),
      ...(body !== undefined && { "content-type": "application/x-www-form-urlencoded" }),
    };
    const send = protocol === "https:" ? https.request : http.request;
    const options = {
      method,
      hostname,
      port,
      path,
      headers,
      agent: false,
      ...(tls && { ca: tls.ca }),
    };
    const answer = await exchange(send(options), body);
    const [cookie] = answer.headers["set-cookie"] ?? [];
    if (cookie) this.#cookie = cookie.split(";")[0];
    const { pathname, searchParams } = new URL(path, origin);
    return { ...answer, page: pathname, state: searchParams.get("state") };
  }
}

function exchange(request, body) {
  return new Promise((resolve, reject) => {
    request.on("error", reject).on("response", (answer) => {
      let text = "";
      answer.setEncoding("utf8");
      answer.on("data", (part) => {
        text += part;
      });
      answer.on("end", () => resolve({ status: answer.statusCode, headers: answer.headers, text }));
      answer.on("error", reject);
    });
    request.end(body);
  });
}

/** What the callback received, from query or fragment. */
function callback(location) {
  const url = new URL(location);
  const params = Object.fromEntries([
    ...url.searchParams,
    ...new URLSearchParams(url.hash.slice(1)),
  ]);
  return { url: location, params, ...params };
}

/** The same, from a form_post. */
function posted(html) {
  const action = unescapeHtml(/action="([^"]*)"/.exec(html)[1]);
  const inputs = [...html.matchAll(/name="([^"]*)" value="([^"]*)"/g)];
  const params = Object.fromEntries(inputs.map(([, name, value]) => [name, unescapeHtml(value)]));
  return { url: action, params, ...params };
}

function titleOf(html) {
  return unescapeHtml(/<title>([^<]*)/.exec(html)?.[1] ?? html);
}
