import type { FastifyReply, FastifyRequest } from "fastify";
import type { Core } from "./core.js";
import type { RecordedRequest } from "./recorder.js";

/** The API a route belongs to decides how its errors look. */
export type ApiKind = "management" | "authentication" | "page";

declare module "fastify" {
  interface FastifyContextConfig {
    operation?: string;
    template?: string;
    api?: ApiKind;
  }
  interface FastifyRequest {
    recorded: RecordedRequest;
    /** Set when the request exceeded a rate limit, and thrown once its body has been read. */
    rateLimitError: Error | null;
  }
}

/** A request whose body has not been parsed. */
export type Request = FastifyRequest<{
  Params: Record<string, string>;
  Querystring: Record<string, any>;
  Body: string | undefined;
}>;

export type Reply = FastifyReply;

/** One request to one tenant. */
export interface Context {
  core: Core;
  request: Request;
  reply: Reply;
}

/** Fields of a form, or parameters of a query, that were each sent once. */
export type Fields = Record<string, string | undefined>;
