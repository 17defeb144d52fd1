// The dashboard on its own tenant, and visitors over plain HTTP.

import { once } from "node:events";
import { createServer } from "node:http";
import { PEOPLE } from "@archie/auth0-tenant-emulator";
import { signingKey } from "../emulator/test-support/signing-key.js";
import { createApp } from "../examples/dashboard-app/app.mjs";
import { embeddedTenant } from "../examples/dashboard-app/tenant.mjs";
import { recordingLogger } from "./logger.mjs";
import { writes } from "./service.mjs";

/** The dashboard of one test, closed when the test ends. */
export async function dashboardOf(t) {
  const server = createServer().listen(0, "localhost");
  await once(server, "listening");
  const url = `http://localhost:${server.address().port}`;
  const options = { signingKey };
  const { service, tenant, ...settings } = await embeddedTenant(url, recordingLogger(), options);
  t.after(async () => {
    server.close();
    server.closeAllConnections();
    await service.close();
    await tenant.close();
  });
  server.on("request", createApp({ service, ...settings }));
  return { url, tenant, clientId: settings.web.clientId };
}

/** A dashboard with a visitor who is signed in; the requests for that are not recorded. */
export async function signedIn(t, person = PEOPLE.ada) {
  const dashboard = await dashboardOf(t);
  const visitor = new Visitor(dashboard);
  const sid = await visitor.signIn(person);
  dashboard.tenant.clearRequests();
  return { ...dashboard, dashboard, visitor, sid };
}

/** A visitor who signed in ten minutes ago, by a clock that is correct afterwards. */
export async function signedInLongAgo(t, person = PEOPLE.ada) {
  const dashboard = await dashboardOf(t);
  dashboard.tenant.clock.set(Date.now() - 600_000);
  const visitor = new Visitor(dashboard);
  await visitor.signIn(person);
  dashboard.tenant.clock.set(Date.now());
  dashboard.tenant.clearRequests();
  return { ...dashboard, visitor };
}

/** Requests that change something in the tenant. */
export const changes = (tenant) => writes(tenant).filter(({ url }) => url.startsWith("/api/v2/"));

/** A minimal browser: keeps cookies, sends forms with its origin, follows no redirect. */
export class Visitor {
  #dashboard;
  #cookies = new Map();

  constructor(dashboard) {
    this.#dashboard = dashboard;
    this.atTenant = dashboard.tenant.browser();
  }

  get(path) {
    return this.#send(path, {});
  }

  post(path, fields = {}, headers = { origin: this.#dashboard.url }) {
    return this.#send(path, { method: "POST", headers, body: new URLSearchParams(fields) });
  }

  async #send(path, options) {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const headers = { ...options.headers, cookie };
    const url = new URL(path, this.#dashboard.url);
    const response = await fetch(url, { ...options, headers, redirect: "manual" });
    for (const line of response.headers.getSetCookie()) this.#keep(line);
    const { status } = response;
    return {
      status,
      headers: response.headers,
      location: response.headers.get("location"),
      text: await response.text(),
    };
  }

  #keep(line) {
    const [pair] = line.split(";");
    const at = pair.indexOf("=");
    if (pair.length === at + 1) this.#cookies.delete(pair.slice(0, at));
    else this.#cookies.set(pair.slice(0, at), pair.slice(at + 1));
  }

  /** Follows a page that leads to the tenant; returns the path and query that the tenant redirects back to. */
  async throughTenant(url, how) {
    const callback = await this.atTenant.authorize(url, how);
    const { pathname, search } = new URL(callback.url);
    return pathname + search;
  }

  /** Signs in, and again if the application requires it. @returns the id of the session */
  async signIn(as, path = "/sign-in") {
    const { location } = await this.get(path);
    const response = await this.get(await this.throughTenant(location, { as }));
    if (new URL(response.location, this.#dashboard.url).pathname === "/confirmed") {
      await this.get("/confirmed");
    }
    return this.#dashboard.tenant.sessions(as).at(-1).id;
  }

  /** The page after a redirect, with its message. */
  async page() {
    return (await this.get("/")).text;
  }
}

/** The target of a page that sends its visitor to another site. */
export function redirectTarget({ text }) {
  const [, url] = /http-equiv="refresh" content="0; url=([^"]*)"/.exec(text) ?? [];
  return url?.replaceAll("&amp;", "&");
}
