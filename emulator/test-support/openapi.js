import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";

/**
 * Auth0's description, as a judge of recorded requests and answers.
 * @param {object} description OpenAPI
 */
export function contractOf(description) {
  const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: true });
  addFormats(ajv);
  for (const format of [
    "user-id",
    "client-id",
    "organization-id",
    "session-id",
    "authenticator-id",
    "url",
    "strict-uri",
  ]) {
    ajv.addFormat(format, true);
  }
  ajv.addSchema(description, "api");
  const pointer = (...keys) =>
    keys
      .map((key) => key.replaceAll("~", "~0").replaceAll("/", "~1"))
      .map(encodeURIComponent)
      .join("/");
  const judge = (schemaPath, value) => {
    const validate = ajv.compile({ $ref: `api#/${schemaPath}` });
    return validate(value)
      ? []
      : validate.errors.map((error) => `${error.instancePath} ${error.message}`);
  };
  const content = (...keys) => pointer(...keys, "content", "application/json", "schema");

  return {
    operations: Object.values(description.paths).flatMap((methods) =>
      Object.values(methods).map((operation) => operation.operationId),
    ),
    /** @returns {string[]} what is wrong with the request, if it was accepted, and the answer */
    check({ method, template, status, json, responseJson, query }) {
      const path = template.slice("/api/v2".length);
      const verb = method.toLowerCase();
      const operation = description.paths[path]?.[verb];
      if (!operation) return [`no such operation: ${method} ${path}`];
      const response = operation.responses[String(status)];
      if (!response) return [`status ${status} is not described`];
      const faults = [];
      const has = (part) => part?.content?.["application/json"]?.schema;
      if (has(response))
        faults.push(
          ...judge(content("paths", path, verb, "responses", String(status)), responseJson),
        );
      if (status < 300) {
        if (has(operation.requestBody))
          faults.push(...judge(content("paths", path, verb, "requestBody"), json ?? {}));
        const known = new Set(
          (operation.parameters ?? []).filter((one) => one.in === "query").map((one) => one.name),
        );
        for (const name of Object.keys(query))
          if (!known.has(name)) faults.push(`query ${name} is not described`);
      }
      return faults;
    },
  };
}
