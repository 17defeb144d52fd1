// Assertions that only the compiler runs.

type Equal<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** `expectType<Expected>()(value)` compiles only if the type of `value` is exactly `Expected`. */
export declare function expectType<Expected>(): <Actual>(
  value: Equal<Actual, Expected> extends true ? Actual : never,
) => void;
