// Interleaved rounds: what happens to the machine meanwhile happens to every contestant.

import { measure } from "./processes.mjs";
import { median, ratio } from "./statistics.mjs";

/**
 * Runs a program for each contestant in each round.
 * @param {(contestant: string) => object} configOf the program's configuration
 * @returns {Promise<Record<string, object[]>>} what it sent, by contestant
 */
export async function inRounds(responder, { contestants, rounds, program, configOf, cores }) {
  const results = Object.fromEntries(contestants.map((name) => [name, []]));
  for (let round = 1; round <= rounds; round += 1) {
    console.error(`${program}: round ${round} of ${rounds} …`);
    for (const contestant of contestants) {
      const config = { contestant, ...configOf(contestant) };
      results[contestant].push(await measure(responder, program, config, cores));
    }
  }
  return results;
}

/** The median of a figure over all rounds. */
export const medianOf = (results, pick) => median(results.map(pick));

/** A figure of one contestant as a multiple of another's. */
export const ratioOf = (results, references, pick) =>
  ratio(results.map(pick), references.map(pick));
