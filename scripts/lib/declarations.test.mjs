// The published types declare nothing of the generated loader.

import assert from "node:assert/strict";
import { test } from "node:test";
import { readDocument } from "../../test-support/repository.mjs";
import { publicDeclarations } from "./declarations.mjs";

const GENERATED = `/** The deadline of the call passed. */
export declare class TimeoutError extends Auth0ApiError {}

/**
 * Which binding artifact the generated loader actually loaded.
 */
export declare const __napiBindingTarget: 'native' | 'wasm32-wasi'

/** The version of this package. */
export declare const VERSION: string
`;

test("the constant of the loader is removed with its comment, and nothing else", () => {
  assert.equal(
    publicDeclarations(GENERATED),
    `/** The deadline of the call passed. */
export declare class TimeoutError extends Auth0ApiError {}

/** The version of this package. */
export declare const VERSION: string
`,
  );
});

test("the types begin with the written ones, and contain none of the loader's", () => {
  const types = readDocument("index.d.ts");
  assert.ok(types.startsWith(readDocument("types/prelude.d.ts")));
  assert.equal(publicDeclarations(types), types);
  assert.doesNotMatch(types, /__napi/);
});
