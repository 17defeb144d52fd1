import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";

const AUTH0_FORMATS = [
  "user-id",
  "client-id",
  "organization-id",
  "session-id",
  "authenticator-id",
  "url",
  "strict-uri",
];

/**
 * Checks recorded requests and responses against Auth0's API description.
 * @param {object} description OpenAPI
 */
export function contractOf(description) {
  const validate = validatorOf(description);
  return {
    operations: Object.values(description.paths).flatMap((methods) =>
      Object.values(methods).map((operation) => operation.operationId),
    ),
    /** @returns {string[]} what is wrong with the response and, if it was accepted, the request */
    check({ method, template, status, json, responseJson, query }) {
      const path = template.slice("/api/v2".length);
      const verb = method.toLowerCase();
      const operation = description.paths[path]?.[verb];
      if (!operation) return [`no such operation: ${method} ${path}`];
      const response = operation.responses[String(status)];
      if (!response) return [`status ${status} is not described`];
      const at = ["paths", path, verb];
      const problems = validate(response, [...at, "responses", String(status)], responseJson);
      if (status >= 300) return problems;
      return [
        ...problems,
        ...validate(operation.requestBody, [...at, "requestBody"], json ?? {}),
        ...unknownParameters(operation, query),
      ];
    },
  };
}

/** Validates a value against the JSON schema of a part of the description, if it has one. */
function validatorOf(description) {
  const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: true });
  addFormats(ajv);
  for (const format of AUTH0_FORMATS) ajv.addFormat(format, true);
  ajv.addSchema(description, "api");
  return (part, keys, value) => {
    if (!part?.content?.["application/json"]?.schema) return [];
    const pointer = pointerTo([...keys, "content", "application/json", "schema"]);
    const validate = ajv.compile({ $ref: `api#/${pointer}` });
    if (validate(value)) return [];
    return validate.errors.map((error) => `${error.instancePath} ${error.message}`);
  };
}

function pointerTo(keys) {
  return keys
    .map((key) => key.replaceAll("~", "~0").replaceAll("/", "~1"))
    .map(encodeURIComponent)
    .join("/");
}

function unknownParameters({ parameters = [] }, query) {
  const known = parameters.filter((one) => one.in === "query").map((one) => one.name);
  return Object.keys(query)
    .filter((name) => !known.includes(name))
    .map((name) => `query ${name} is not described`);
}
