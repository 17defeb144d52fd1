// npm run docs: generates the API reference from the types, in docs/api.

import { writeReference } from "./docs/reference.mjs";
import { main } from "./lib/process.mjs";

main(() => {
  writeReference();
  console.log("\nOpen docs/api/index.html.");
});
