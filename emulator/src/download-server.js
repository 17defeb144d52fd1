import Fastify from "fastify";
import { faultHooks } from "./faults/hooks.js";
import {
  collectRoutes,
  keepBodiesRaw,
  recordRequests,
  recordResponses,
  serverOptions,
  trackSockets,
} from "./server.js";

/** @import { FastifyInstance } from "fastify" */
/** @import { Core } from "./core.js" */
/** @import { Request } from "./http.js" */

/** An error in the format of Amazon S3. */
class StorageError extends Error {
  /**
   * @param {number} status
   * @param {string} code
   * @param {string} message
   */
  constructor(status, code, message) {
    super(message);
    this.status = status;
    this.body = `<?xml version="1.0" encoding="UTF-8"?>
<Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  }
}

/**
 * The file storage of users exports. It is another server with an origin of its own, as with Auth0, so
 * that a program that sends its access token along is noticed.
 * @param {Core} core
 * @returns {FastifyInstance}
 */
export function createDownloadServer(core) {
  const app = Fastify(serverOptions(core));
  trackSockets(app, core);
  keepBodiesRaw(app);
  collectRoutes(app, core);
  recordRequests(app, core);
  faultHooks(app, core);
  recordResponses(app, core);
  app.setNotFoundHandler((_request, reply) => reply.send(noSuchKey()));
  app.setErrorHandler((error, _request, reply) => {
    const known = error instanceof StorageError ? error : internalError();
    return reply.code(known.status).type("application/xml").send(known.body);
  });
  app.route({
    method: "GET",
    url: "/:job/:file",
    config: { operation: "download_users_export" },
    handler: (request, reply) => {
      const contents = fileFor(core, /** @type {Request} */ (request));
      return reply.type("application/gzip").send(contents);
    },
  });
  return app;
}

/**
 * The file, if the link is complete, fresh and used as it is.
 * @param {Core} core
 * @param {Request} request
 */
function fileFor({ store, clock }, { params, query, headers }) {
  if (headers.authorization !== undefined) {
    throw new StorageError(400, "InvalidArgument", "Only one auth mechanism allowed");
  }
  const link = store.exportLinks.get(query.Signature);
  const isIntact = link?.job === params.job && String(link.expires) === query.Expires;
  if (!link || !isIntact) throw new StorageError(403, "AccessDenied", "Access denied");
  if (link.expires <= clock.seconds()) {
    throw new StorageError(403, "AccessDenied", "Request has expired");
  }
  const contents = store.exportJobs.get(link.job)?.contents;
  if (!contents) throw noSuchKey();
  return contents;
}

const noSuchKey = () => new StorageError(404, "NoSuchKey", "The specified key does not exist.");

const internalError = () => new StorageError(500, "InternalError", "Internal error");
