// npm run pictures: the README's pictures of the sample web app, in docs/pictures.
//
//   npm run pictures                      those of the README
//   npm run pictures -- --all folder      every page, at three widths, in light and dark, into a folder

import { prepare } from "./lib/prepare.mjs";
import { main, run } from "./lib/process.mjs";

main((args) => {
  prepare("dev");
  run(process.execPath, ["scripts/docs/pictures.mjs", ...args]);
});
