// npm run docs: the API reference, from the types, in docs/api.

import { main } from "./lib/process.mjs";
import { writeReference } from "./lib/reference.mjs";

main(() => {
  writeReference();
  console.log("\nOpen docs/api/index.html.");
});
