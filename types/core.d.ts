// What `native.js` exports to `lib/`: the functions of `src/binding/`. Callers never see it.

import type { Auth0UserSecurityService, FleetProgress } from "../index.d.ts";

declare const opaque: unique symbol;

/** A service of the core. */
export interface Service {
  readonly [opaque]: "service";
}

/** Passes the results of calls to JavaScript. */
export interface Receiver {
  readonly [opaque]: "receiver";
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

/** A failure of the library, the message of an underlying cause, or the number of what a function of the caller threw. */
export type Cause = Failure | { message: string; cause?: Cause | null } | { thrown: number };

/** The outcome of a failed call. */
export interface FailureObject {
  $failure: Failure;
}

export type Outcome<T> = T | FailureObject;

/** The methods that wait for Auth0. */
export type Method = Exclude<
  keyof Auth0UserSecurityService,
  | "generateAccountConnectionUrl"
  | "assessRisk"
  | "explainRisk"
  | FleetMethod
  | "selectUsers"
  | "close"
  | typeof Symbol.asyncDispose
>;

/** The methods that run for many users. */
export type FleetMethod =
  | "bulkRevokeUserSessions"
  | "bulkBlockUsers"
  | "bulkGeneratePasswordChangeTickets"
  | "generateSecurityAuditReport"
  | "emergencySecurityResponse";

/** A run for many users. */
export interface Fleet {
  readonly [opaque]: "fleet";
}

/** A selection of users. */
export interface Selection {
  readonly [opaque]: "selection";
}

/** The receiver gets the outcome, under the number of the call. */
type MethodOfCore = (
  service: Service,
  number: number,
  given: unknown[],
  cancellation: Cancellation | undefined,
) => void;

export type Level = "debug" | "info" | "warn" | "error";

/** Throws only JavaScript's own exceptions, and for bugs; every other failure is a failure object. */
export interface NativeCore extends Record<Method, MethodOfCore> {
  readonly VERSION: string;
  /** `log`, `audit` and `tokens` are numbers of listeners; a line is an array of level, message and details. */
  createService(
    config: unknown,
    log: number,
    audit: number,
    receiver: Receiver,
    tokens: number | undefined,
  ): Outcome<Service>;
  /** The response to a request for an access token. */
  supplyToken(id: number, token: string | undefined, thrown?: number): void;
  /**
   * `deliver` gets a JSON array of arrays: the number of a call and its outcome; or that of a listener, what it listens to,
   * where `null` is the last, and the number of the call that this is about, if any. Audit events, which come before the
   * outcomes of their calls, are in an array of their own; without them, this is an empty string.
   */
  createReceiver(deliver: (batch: string, auditEvents: string) => void): Receiver;
  closeService(service: Service): void;
  createCancellation(): Cancellation;
  cancel(cancellation: Cancellation): void;
  /**
   * The listener gets arrays with one result each, the summary or a failure object, and `null`. `total` is the length of
   * the list, if it is known.
   */
  startFleet(
    service: Service,
    number: number,
    method: FleetMethod,
    given: unknown[],
    total: number | undefined,
  ): Outcome<Fleet>;
  /**
   * Gives the next users of the list, with what is known of each: 0 nothing, 1 left out, 2 unreadable. Returns how many more
   * there is room for. Throws what a getter throws, and then gives none.
   */
  giveUsers(fleet: Fleet, users: unknown[], known: number[]): number;
  /** Returns how many more users there is room for. */
  tookResults(fleet: Fleet, results: number): number;
  /** The list has no more users. */
  endUsers(fleet: Fleet): void;
  /** Begins no further user. */
  stopFleet(fleet: Fleet): void;
  fleetProgress(fleet: Fleet): FleetProgress;
  startSelection(service: Service, given: unknown[]): Outcome<Selection>;
  /** The receiver gets the next group of users, or the end. */
  nextUsers(service: Service, selection: Selection, number: number): void;
  stopSelection(selection: Selection): void;
  isConnectionById(given: unknown[]): boolean;
  /** The outcome as JSON. */
  generateAccountConnectionUrl(service: Service, given: unknown[]): string;
  /** The outcome as JSON. */
  assessRisk(given: unknown[]): string;
  /** The outcome as JSON. */
  explainRisk(service: Service, given: unknown[]): string;
}
