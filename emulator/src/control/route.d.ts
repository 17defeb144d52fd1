import type { Tenant } from "../../index.js";
import type { Core } from "../core.js";

/** One request to the control plane. */
export interface ControlCall {
  core: Core;
  tenant: Tenant;
  params: Record<string, string>;
  query: Record<string, any>;
  body: any;
}

/** A route of the control plane. */
export interface Route {
  method: "GET" | "POST" | "DELETE";
  url: string;
  /** 200 by default; 204 where `handle` returns nothing. */
  status?: number;
  query?: {
    type: "object";
    additionalProperties: false;
    properties?: Record<string, { type?: unknown }>;
  };
  body?: object;
  isBodyOptional?: boolean;
  /** A body, for errors. */
  example?: string;
  handle: (call: ControlCall) => unknown;
}
