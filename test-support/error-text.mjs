// Everything that a program could print of an error.

import { inspect } from "node:util";

/** Message, fields, causes, stack, JSON and `inspect` output as one text. */
export function everythingOf(error) {
  const seen = [];
  for (let one = error; one instanceof Error; one = one.cause) {
    seen.push(String(one), one.stack, JSON.stringify(one), ...ownValues(one));
  }
  seen.push(inspect(error, { depth: 10, showHidden: true, getters: true }));
  return seen.join("\n");
}

function ownValues(error) {
  return Reflect.ownKeys(error).map((key) => `${String(key)}: ${inspect(error[key])}`);
}
