import { read } from "./client.js";

export const KEY = "a-key-for-the-control-plane";

/** Sends requests to the control plane of a tenant, with the key unless `headers` says otherwise. */
export const controlOf =
  (tenant) =>
  async (method, path, json, { headers = {}, text } = {}) => {
    const body = text ?? (json === undefined ? undefined : JSON.stringify(json));
    const response = await fetch(`${tenant.controlUrl}${path}`, {
      method,
      headers: {
        "x-control-key": KEY,
        ...(body !== undefined && { "content-type": "application/json" }),
        ...headers,
      },
      body,
    });
    return read(response);
  };
