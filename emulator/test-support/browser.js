import { readFileSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import { createRequire } from "node:module";
import { Authority } from "../src/tls/certificate.js";

export { launch, skip } from "./chromium.js";

const PAGE = '<!doctype html><title>App</title><script src="/sdk.js"></script>';
const { resolve } = createRequire(import.meta.url);

/** A page with its own cookies, which accepts the tenant's certificate. */
export async function openPage(t, browser, options) {
  const context = await browser.newContext({ ignoreHTTPSErrors: true, ...options });
  t.after(() => context.close());
  context.setDefaultTimeout(10_000);
  return context.newPage();
}

/**
 * An application without a server side: each of its pages loads one script, a file of a package.
 * Returns its origin.
 */
export async function serveScript(t, file, { isSecure = false } = {}) {
  const script = readFileSync(resolve(file));
  const answer = ({ url }, response) => {
    const isScript = url === "/sdk.js";
    response.setHeader("content-type", isScript ? "text/javascript" : "text/html");
    response.end(isScript ? script : PAGE);
  };
  const server = isSecure
    ? https.createServer(new Authority().issue(["127.0.0.1"]), answer)
    : http.createServer(answer);
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return `${isSecure ? "https" : "http"}://127.0.0.1:${server.address().port}`;
}

/** Types the password of the default seed on the login page. */
export async function signIn(page, email) {
  await page.getByLabel("Email address").fill(email);
  await page.getByLabel("Password").fill("Correct-horse-1");
  await page.getByRole("button", { name: "Continue", exact: true }).click();
}
