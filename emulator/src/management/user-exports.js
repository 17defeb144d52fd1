import { ApiError } from "../errors.js";
import { exportContents } from "./export-contents.js";
import { CONNECTION_ID } from "./schemas.js";

/** @import { Core } from "../core.js" */
/** @import { ExportJob } from "../store/model.js" */
/** @import { Call, Operation } from "./operation.js" */

const LINK_SECONDS = 60;
const JOB_LIFETIME = 24 * 3_600_000;

/** @param {Call} call */
function create({ core, body }) {
  const { connection_id: id } = body;
  const connection = id === undefined ? undefined : core.store.connectionById(id);
  if (id !== undefined && !connection) {
    throw new ApiError(400, "The connection does not exist.", { code: "inexistent_connection" });
  }
  const job = core.store.exportJobs.set({
    format: "json",
    ...body,
    ...(connection && { connection: connection.name }),
    id: core.ids.job(),
    status: "pending",
    created_at: core.clock.iso(),
    isReady: false,
  });
  core.jobs.later(core.options.exportDelay, () => {
    job.isReady = true;
  });
  return present(job);
}

/**
 * Looking at a job moves it on: pending, processing, completed. So a program that polls sees every
 * state without waiting, and `exportDelay` adds a time before which no export completes.
 * @param {Call} call
 */
function read({ core, params }) {
  const email = core.store.emails.get(params.id);
  if (email) {
    const { id, sent_at: created_at } = email;
    return { type: "verification_email", status: "completed", created_at, id };
  }
  const job = jobOf(core, params.id);
  if (job.status === "processing" && job.isReady) {
    job.status = "completed";
    job.contents = exportContents(core, job);
  }
  if (job.status === "pending") job.status = "processing";
  return { ...present(job), ...progress(core, job) };
}

/**
 * @param {Core} core
 * @param {string} id
 */
function jobOf({ store, clock }, id) {
  const job = store.exportJobs.get(id);
  if (job && clock.now() - Date.parse(job.created_at) < JOB_LIFETIME) return job;
  store.exportJobs.delete(id);
  throw new ApiError(404, "The job does not exist.");
}

/** @param {ExportJob} job */
function present({ isReady: _isReady, contents: _contents, ...shown }) {
  return { type: "users_export", ...shown };
}

/**
 * @param {Core} core
 * @param {ExportJob} job
 */
function progress(core, job) {
  if (job.status === "completed") {
    return { percentage_done: 100, time_left_seconds: 0, location: linkTo(core, job) };
  }
  const { exportDelay } = core.options;
  const elapsed = core.clock.now() - Date.parse(job.created_at);
  const left = Math.max(0, exportDelay - elapsed);
  const percentage = exportDelay === 0 ? 50 : Math.floor(((exportDelay - left) / exportDelay) * 99);
  return { percentage_done: percentage, time_left_seconds: Math.ceil(left / 1000) };
}

/**
 * A new link each time, which works for a minute.
 * @param {Core} core
 * @param {ExportJob} job
 */
function linkTo({ clock, ids, options, store, exportsUrl }, { id, format }) {
  const [tenant] = (options.domain ?? "tenant").split(".");
  const expires = clock.seconds() + LINK_SECONDS;
  const signature = ids.hex(64);
  store.exportLinks.set(signature, { job: id, expires });
  const query = new URLSearchParams({ Expires: String(expires), Signature: signature });
  return `${exportsUrl}/${id}/${tenant}.${format}.gz?${query}`;
}

/** @type {Operation[]} */
export const userExportOperations = [
  {
    id: "post_users-exports",
    description: "Create job to export users",
    method: "POST",
    path: "/jobs/users-exports",
    scopes: ["read:users"],
    body: {
      type: "object",
      additionalProperties: false,
      properties: {
        connection_id: CONNECTION_ID,
        format: { type: "string", enum: ["json", "csv"] },
        limit: { type: "integer", minimum: 1 },
        fields: {
          type: "array",
          maxItems: 30,
          items: {
            type: "object",
            additionalProperties: false,
            required: ["name"],
            properties: {
              name: { type: "string", minLength: 1 },
              export_as: { type: "string", minLength: 1 },
            },
          },
        },
      },
    },
    handle: create,
  },
  {
    id: "get_jobs_by_id",
    method: "GET",
    path: "/jobs/:id",
    scopes: ["create:users", "read:users", "create:passwords_checking_job"],
    handle: read,
  },
];
