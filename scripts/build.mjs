// npm run build: the native addon, optimized with --release.

import { prepare } from "./lib/prepare.mjs";
import { main } from "./lib/process.mjs";

main((args) => prepare(args.includes("--release") ? "release" : "dev"));
