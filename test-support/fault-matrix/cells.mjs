// The cells of a method: each of its places with each fault.

import { runCell } from "./cell.mjs";
import { NOTHING } from "./document.mjs";
import { FAULTS, TIMES } from "./faults.mjs";
import { METHODS } from "./methods.mjs";

/** All combinations of one method, in the order of its table. */
export function cellsOf(method) {
  const places = Object.keys(METHODS[method].places);
  return Object.keys(FAULTS).flatMap((fault) =>
    places.flatMap((place) => Object.keys(TIMES).map((times) => ({ method, place, fault, times }))),
  );
}

const isPointless = ({ place, fault }) => FAULTS[fault].isForLists && place !== "list";

/** What the method does, in the terms of the document. */
export async function outcomeOf(stages, cell) {
  if (isPointless(cell)) return NOTHING;
  return await runCell(stages, cell).catch((error) => `violation: ${error.message}`);
}
