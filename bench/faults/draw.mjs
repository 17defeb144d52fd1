// Draws the operations of the benchmark: the same ones for the same seed.

import { FAULTS } from "./catalogue.mjs";
import { OPERATIONS } from "./operations.mjs";

const NAMES = Object.keys(OPERATIONS);
const FAULT_NAMES = Object.keys(FAULTS);
/** The calls that also accept an email. */
const BY_EMAIL = new Set(NAMES.filter((name) => !/^connect|^disconnect|^check/.test(name)));
/** More than any call sends. */
const ALWAYS = 1000;
const DEADLINES_MS = [5000, 5000, 5000, 5000, 700];
/** The request at which a caller aborts: 0 is before the first. */
const LEAVES_AT = [0, 1, 2, 3, 4, 5];
const LEAVES = ["before", "during", "after"];

/** @returns {(index: number) => object} draws the operation with this number; must be called in order */
export function drawing(seed) {
  const random = generator(seed);
  const oneOf = (list) => list[Math.floor(random() * list.length)];
  const chance = (share) => random() < share;

  function faultAt(places) {
    return { place: oneOf(places), fault: oneOf(FAULT_NAMES), times: chance(0.7) ? 1 : ALWAYS };
  }

  /** Several faults at one place are met one after the other. */
  function script(places, isAborted) {
    const count = isAborted && chance(0.5) ? 0 : oneOf([1, 1, 1, 2, 2, 3]);
    const faults = Array.from({ length: count }, () => faultAt(places));
    if (count > 1 && chance(0.5)) for (const fault of faults) fault.place = faults[0].place;
    return faults;
  }

  return (index) => {
    const name = oneOf(NAMES);
    const { isFresh, steps, waits } = OPERATIONS[name];
    const fresh = isFresh || chance(0.05);
    const isByEmail = chance(0.3);
    const aborts = chance(0.3) ? { at: oneOf(LEAVES_AT), when: oneOf(LEAVES) } : undefined;
    const operation = {
      key: `op-${index}-`,
      name,
      isChange: steps !== undefined,
      isByEmail,
      isFresh: fresh,
      isLate: chance(0.4),
      setup: oneOf(["strict", "strict", "always"]),
      waitUntilGone: waits !== undefined && chance(0.5),
      mints: waits !== undefined && chance(0.5),
      timeoutMs: oneOf(DEADLINES_MS),
      aborts,
    };
    operation.script = script(placesOf(operation), aborts !== undefined);
    return operation;
  };
}

/** The requests of this operation that can meet a fault. */
function placesOf(operation) {
  const { places } = OPERATIONS[operation.name];
  return [
    ...(typeof places === "function" ? places(operation) : places),
    ...(operation.isByEmail && BY_EMAIL.has(operation.name) ? ["get_users-by-email"] : []),
    ...(operation.isFresh ? ["token"] : []),
  ];
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function generator(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The operation as text, for the report of a violation. */
export function describe(operation) {
  const faults = operation.script.map(
    ({ place, fault, times }) => `[${fault}]${times === 1 ? "" : " every time"} at ${place}`,
  );
  const { aborts, isLate, isFresh, isByEmail, waitUntilGone, mints, setup, timeoutMs } = operation;
  const flags = Object.entries({ isLate, isFresh, isByEmail, waitUntilGone, mints });
  return [
    `${operation.key} ${operation.name}`,
    ...flags.filter(([, isSet]) => isSet).map(([flag]) => flag),
    `${setup}, ${timeoutMs} ms`,
    ...(aborts ? [`abort ${aborts.when} request ${aborts.at}`] : []),
    faults.join(" then "),
  ].join("; ");
}
