// Builds the packages for this platform, publishes them to a registry on loopback, and uses them as their
// users would.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startTenant } from "@archie/auth0-tenant-emulator";
import { Failure, root } from "../lib/process.mjs";
import { hostTriple } from "../lib/toolchain.mjs";
import { output } from "./command.mjs";
import { installedSize, quickStart, useEverywhere } from "./consumers.mjs";
import { layOut } from "./packages.mjs";
import { buildPortable } from "./portable.mjs";
import { withRegistry } from "./registry.mjs";
import { writeAddonSbom } from "./sbom.mjs";

const MAX_INSTALLED_BYTES = 9_000_000;

export async function releaseLocally() {
  const triple = hostTriple();
  const addon = buildPortable(triple);
  await writeAddonSbom(triple, addon);
  const packages = layOut(join(root, "dist", "packages"), { [triple]: addon });
  const directory = mkdtempSync(join(tmpdir(), "release-"));
  try {
    await withRegistry(join(directory, "registry"), (url) => tryOut(directory, url, packages));
  } finally {
    rmSync(directory, { recursive: true });
  }
  console.log(`\nThe packages are in ${join("dist", "packages")}, the addon's SBOM in dist/sbom.`);
}

async function tryOut(directory, registry, packages) {
  for (const folder of packages) await publish(directory, registry, folder);
  const modules = await quickStart(join(directory, "quick-start"), registry);
  const bytes = installedSize(modules);
  if (bytes > MAX_INSTALLED_BYTES)
    throw new Failure(`${bytes} bytes are installed, more than ${MAX_INSTALLED_BYTES}.`);
  console.log(`✓ Installed: ${(bytes / 1e6).toFixed(2)} MB.`);
  const tenant = await startTenant();
  try {
    const { domain, clientId, clientSecret } = tenant;
    await useEverywhere(directory, registry, {
      AUTH0_DOMAIN: domain,
      AUTH0_CLIENT_ID: clientId,
      AUTH0_CLIENT_SECRET: clientSecret,
    });
  } finally {
    await tenant.close();
  }
}

async function publish(directory, registry, folder) {
  // npm requires a token, which this registry ignores.
  const settings = join(directory, ".npmrc");
  writeFileSync(settings, `${registry.replace("http:", "")}:_authToken=none\n`);
  const options = [
    "publish",
    "--access=public",
    `--registry=${registry}`,
    `--userconfig=${settings}`,
  ];
  await output(process.execPath, [process.env.npm_execpath, ...options], { cwd: folder });
}
