/** @import { Connection } from "./store/model.js" */

/** @typedef {{ length: number, isMixed: (password: string) => boolean, rule: string }} Policy */

const CLASSES = [/[a-z]/, /[A-Z]/, /[0-9]/, /[^a-zA-Z0-9]/];
const [LOWER, UPPER, DIGIT] = CLASSES;

/** @param {string} password */
const hasThreeClasses = (password) => CLASSES.filter((one) => one.test(password)).length >= 3;

const THREE_CLASSES =
  "three of these: lower-case letters, upper-case letters, digits, other characters";

/**
 * What the `passwordPolicy` of a connection demands.
 * @type {Record<NonNullable<NonNullable<Connection["options"]>["passwordPolicy"]>, Policy>}
 */
const POLICIES = {
  none: { length: 1, isMixed: () => true, rule: "at least one character" },
  low: { length: 6, isMixed: () => true, rule: "at least 6 characters" },
  fair: {
    length: 8,
    isMixed: (password) => [LOWER, UPPER, DIGIT].every((one) => one.test(password)),
    rule: "at least 8 characters, with a lower-case letter, an upper-case letter and a digit",
  },
  good: {
    length: 8,
    isMixed: hasThreeClasses,
    rule: `at least 8 characters, with ${THREE_CLASSES}`,
  },
  excellent: {
    length: 10,
    isMixed: (password) => hasThreeClasses(password) && !/(.)\1\1/s.test(password),
    rule: `at least 10 characters, not three identical ones in a row, with ${THREE_CLASSES}`,
  },
};

/**
 * The rule that a password breaks, in words. New connections of Auth0 demand a good password.
 * @param {Pick<Connection, "options"> | undefined} connection
 * @param {string} password
 * @returns {string | undefined}
 */
export function brokenRule(connection, password) {
  const { length, isMixed, rule } = POLICIES[connection?.options?.passwordPolicy ?? "good"];
  return [...password].length >= length && isMixed(password) ? undefined : rule;
}
