"use strict";

// Explains from the errors of native.js why the native addon cannot be loaded, and how to fix it.

const { isBundled } = require("./is-bundled.js");

const NAME = "@archie/auth0-user-security";
const PLATFORMS = ["darwin-arm64", "darwin-x64", "linux-arm64", "linux-x64", "win32-x64"];

const REINSTALL =
  "Remove node_modules and install again, on the machine or in the image that runs this.";
const BUNDLED =
  `${NAME} was bundled, but a bundle cannot contain its native addon. Leave it out of the bundle, and install it ` +
  `where the bundle runs. esbuild and Rollup: external: ["${NAME}"]; webpack: externals: { "${NAME}": ` +
  `"node-commonjs ${NAME}" }; Next.js: serverExternalPackages: ["${NAME}"].`;

/**
 * Errors with which a runtime or a system rejects an intact addon, and how to fix them.
 * @type {[RegExp, string][]}
 */
const REFUSALS = [
  [
    /`GLIBC_/,
    "The C library of this system is older than the addon needs. Use a newer system or base image, or build the package from source.",
  ],
  [
    /\.so[.\d]*: cannot open shared object|Error loading shared library|Error relocating/,
    `The addon was built for another C library (glibc or musl), or a system library is missing. ${REINSTALL}`,
  ],
  [
    /addons is disabled/,
    "Start Node.js without --no-addons, and with --allow-addons if it has --permission.",
  ],
  [
    /--allow-/,
    "Start Deno with this flag; the addon needs --allow-env, --allow-ffi and --allow-read.",
  ],
];

/**
 * @param {Error} error what native.js threw; its chain of causes shows what it tried
 * @param {string} version
 */
function explainFailure(error, version) {
  const reasons = reasonsOf(error);
  const refusal = reasons.find((reason) => !/^(Cannot find|Unsupported) /.test(reason));
  const known = refusal && REFUSALS.find(([pattern]) => pattern.test(refusal));
  if (known) return `The native addon cannot be loaded (${refusal}). ${known[1]}`;
  if (isBundled()) return BUNDLED;
  if (process.env.NAPI_RS_NATIVE_LIBRARY_PATH) {
    return "The file in the environment variable NAPI_RS_NATIVE_LIBRARY_PATH is not the native addon. Unset the variable.";
  }
  if (!refusal) return explainAbsence(reasons, version);
  return `The native addon cannot be loaded (${refusal}). The file is damaged, or was built for another system. ${reinstallHint()}`;
}

/**
 * @param {string[]} reasons
 * @param {string} version
 */
function explainAbsence(reasons, version) {
  const system = `${process.platform}-${process.arch}`;
  if (isCheckout()) return `There is no native addon for ${system} yet. ${reinstallHint()}`;
  if (!PLATFORMS.includes(system)) {
    return `${NAME} has no native addon for ${system}, only for ${PLATFORMS.join(", ")}.`;
  }
  const names = reasons.map((reason) => /@archie\/auth0-user-security-[\w-]+/.exec(reason)?.[0]);
  const wanted = names.find(Boolean) ?? `${NAME}-${system}`;
  return (
    `The package ${wanted}, which contains the native addon for this system, is not installed. It is an optional ` +
    "dependency: install without --omit=optional, and if node_modules or the lock file were created on another " +
    `system, remove them and install again on this one. Or add it: npm install ${wanted}@${version}`
  );
}

/**
 * @param {string} found
 * @param {string} version
 */
function explainVersion(found, version) {
  if (isBundled()) return BUNDLED;
  return `The native addon has version ${found}, but the package has ${version}: parts of two installations are mixed. ${reinstallHint()}`;
}

/** @param {string} path */
function explainTruncation(path) {
  return `The native addon ${path} is truncated: the disk was full, or a copy was interrupted. ${reinstallHint()}`;
}

/**
 * The first line of each error, beginning with the last attempt. The package has no addon for WASI.
 * @param {Error} failure
 */
function reasonsOf(failure) {
  /** @type {string[]} */
  const reasons = [];
  for (let error = failure; error; error = /** @type {Error} */ (error.cause)) {
    reasons.push(error.message.replace(/\n.*/s, ""));
  }
  return reasons.filter((reason) => !/^Cannot find .*wasi/.test(reason));
}

function reinstallHint() {
  return isCheckout() ? `Build it in ${root()} with "npm run build".` : REINSTALL;
}

/** Whether the package lies beside its sources, where the addon is built. */
function isCheckout() {
  const { join } = process.getBuiltinModule("node:path");
  return process.getBuiltinModule("node:fs").existsSync(join(root(), "Cargo.toml"));
}

function root() {
  return process.getBuiltinModule("node:path").join(__dirname, "..");
}

module.exports = { PLATFORMS, explainTruncation, explainFailure, explainVersion };
