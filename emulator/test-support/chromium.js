// The browser that tests drive.

import { existsSync } from "node:fs";
import { chromium } from "playwright-core";

/** The headless shell takes half the processor time of the whole browser. */
const [SHELL, BROWSER] = ["/usr/bin/chromium-headless-shell", "/usr/bin/chromium"];
const executablePath = process.env.CHROMIUM ?? (existsSync(SHELL) ? SHELL : BROWSER);
const isMissing = !existsSync(executablePath) && process.env.CI !== "true";
const args =
  "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync";

/** Why tests with a browser are skipped, if they are. With CI=true a missing browser fails. */
export const skip =
  isMissing && `${executablePath} is not installed: install Chromium, or set CHROMIUM to its path`;

export const launch = () => chromium.launch({ executablePath, args: args.split(" ") });
