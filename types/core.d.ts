// What `native.js` exports to `lib/`: the functions of `src/binding/`. Callers never see it.

import type { Auth0UserSecurityService, RiskLevel } from "../index.d.ts";

declare const opaque: unique symbol;

/** A service of the core. */
export interface Service {
  readonly [opaque]: "service";
}

/** Cancels one call of the core. */
export interface Cancellation {
  readonly [opaque]: "cancellation";
}

/** An error as the core returns it, with everything needed to create the JavaScript error. */
export interface Failure {
  name: string;
  code: string;
  message: string;
  operation?: string | null;
  fields: Record<string, unknown>;
  cause?: Cause | null;
}

/** A failure of the library, or the message of an underlying cause. */
export type Cause = Failure | { message: string; cause?: Cause | null };

/** The value that a failed call resolves to. */
export interface FailureObject {
  $failure: Failure;
}

export type Outcome<T> = T | FailureObject;

/** The methods that wait for Auth0. */
export type Method = Exclude<
  keyof Auth0UserSecurityService,
  "generateAccountConnectionUrl" | "assessRisk" | "close"
>;

type MethodOfCore = (
  service: Service,
  given: unknown[],
  cancellation: Cancellation | undefined,
) => Promise<Outcome<unknown>>;

export type Level = "debug" | "info" | "warn" | "error";

/** Rejects and throws only for bugs and JavaScript's own exceptions; every other failure is a failure object. */
export interface NativeCore extends Record<Method, MethodOfCore> {
  readonly VERSION: string;
  createService(
    config: unknown,
    log: (level: Level, message: string, details: object) => void,
    audit: (event: object) => void,
  ): Outcome<Service>;
  closeService(service: Service): void;
  createCancellation(): Cancellation;
  cancel(cancellation: Cancellation): void;
  isConnectionById(given: unknown[]): boolean;
  generateAccountConnectionUrl(service: Service, given: unknown[]): Outcome<unknown>;
  assessRisk(given: unknown[]): Outcome<RiskLevel>;
}
