import { createRequire } from "node:module";
import { FORMATS } from "./formats.js";

/** @import { Ajv, ErrorObject } from "ajv" */

/**
 * A way in which a value breaks its schema.
 * @typedef {object} ValidationError
 * @property {(string | number)[]} path
 * @property {string} message
 * @property {string} keyword the keyword of the schema that the value breaks
 * @property {string} [meaning] the description of what the schema expects
 * @property {string[]} [allowed] the names or values that the schema allows in its place
 * @property {string} [format] the name of the format that the value lacks
 * @property {unknown} [value] that value
 * @property {string} [fix] how to correct it, where that is known
 */

const OPTIONS = {
  strict: false,
  // The schemas ship with this package, so checking them at run time would only cost startup time.
  meta: false,
  validateSchema: false,
  // Errors carry the value and the violated rule, which the messages quote.
  verbose: true,
  // `constructor` and the like are names as any other.
  ownProperties: true,
  unicodeRegExp: false,
  formats: FORMATS,
};

/** @type {Ajv | undefined} */
let ajv;
/** @type {Ajv | undefined} */
let thorough;

/**
 * Loading Ajv takes long, so the first validation does it instead of the import (ADR 21). `import()`
 * could not, because seeds are checked synchronously.
 * @param {{ allErrors?: boolean }} [more]
 * @returns {Ajv}
 */
function loadAjv(more) {
  const { Ajv } = createRequire(import.meta.url)("ajv");
  return new Ajv({ ...OPTIONS, ...more });
}

/**
 * Ajv decides, and the message is the one that z-schema, the validator behind Auth0's Management
 * API, would have written (ADR 21).
 * @type {Record<string, (error: ErrorObject & { data?: any }) => string>}
 */
const MESSAGES = {
  type: ({ schema, data }) =>
    `Expected type ${[schema].flat().join(" or ")} but found type ${typeOf(data)}`,
  enum: ({ data }) => `No enum match for: ${JSON.stringify(data)}`,
  required: ({ params }) => `Missing required property: ${params.missingProperty}`,
  additionalProperties: ({ params }) =>
    `Additional properties not allowed: ${params.additionalProperty}`,
  minProperties: ({ data, schema }) =>
    `Too few properties defined (${Object.keys(data).length}), minimum ${schema}`,
  minItems: ({ data, schema }) => `Array is too short (${data.length}), minimum ${schema}`,
  maxItems: ({ data, schema }) => `Array is too long (${data.length}), maximum ${schema}`,
  minLength: ({ data, schema }) =>
    `String is too short (${[...data].length} chars), minimum ${schema}`,
  maxLength: ({ data, schema }) =>
    `String is too long (${[...data].length} chars), maximum ${schema}`,
  pattern: ({ data, schema }) => `String does not match pattern ${schema}: ${data}`,
  format: ({ data, schema }) => `Object didn't pass validation for format ${schema}: ${data}`,
  minimum: ({ data, schema }) => `Value ${data} is less than minimum ${schema}`,
  maximum: ({ data, schema }) => `Value ${data} is greater than maximum ${schema}`,
};

/**
 * @param {object} schema compiled once, so it must be the same object on every call
 * @param {unknown} value
 * @returns {ValidationError | undefined}
 */
export function firstError(schema, value) {
  ajv ??= loadAjv();
  const validate = ajv.compile(schema);
  if (validate(value)) return undefined;
  const [error] = /** @type {ErrorObject[]} */ (validate.errors);
  return explain(error, value);
}

/**
 * All ways in which a value breaks its schema. A second validator finds them, so that the first one need not
 * look further than it must.
 * @param {object} schema as for `firstError`
 * @param {unknown} value
 * @returns {ValidationError[]}
 */
export function allErrors(schema, value) {
  if (!firstError(schema, value)) return [];
  thorough ??= loadAjv({ allErrors: true });
  const validate = thorough.compile(schema);
  validate(value);
  // Ajv reports a broken `then` twice: as the keyword in it, and as `if`.
  const errors = (validate.errors ?? []).filter(({ keyword }) => keyword !== "if");
  return errors.map((error) => explain(error, value));
}

/**
 * @param {ErrorObject} error
 * @param {unknown} value
 * @returns {ValidationError}
 */
function explain(error, value) {
  const { keyword, params } = error;
  const path = pathOf(error.instancePath, value);
  if (keyword === "additionalProperties") path.push(params.additionalProperty);
  const meaning = error.parentSchema?.description;
  const format = keyword === "format" ? { format: error.schema, value: error.data } : {};
  const message = MESSAGES[keyword](error);
  return { path, keyword, message, meaning, allowed: allowedBy(error), ...format };
}

/**
 * @param {ErrorObject} error
 * @returns {string[] | undefined}
 */
function allowedBy({ keyword, schema, parentSchema }) {
  if (keyword === "enum") return schema.map(String);
  return keyword === "additionalProperties" ? Object.keys(parentSchema?.properties) : undefined;
}

/**
 * A JSON pointer as a list of keys, the indexes of arrays as numbers.
 * @param {string} pointer
 * @param {any} value
 */
function pathOf(pointer, value) {
  let current = value;
  return pointer
    .split("/")
    .slice(1)
    .map((segment) => {
      const name = segment.replaceAll("~1", "/").replaceAll("~0", "~");
      const key = Array.isArray(current) ? Number(name) : name;
      current = current[key];
      return key;
    });
}

/** @param {unknown} value */
function typeOf(value) {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  return Number.isInteger(value) ? "integer" : typeof value;
}

/**
 * Query values arrive as strings; the schema says which are numbers and booleans.
 * @param {{ properties?: Record<string, { type?: unknown }> }} schema
 * @param {Record<string, any>} query
 * @returns {Record<string, any>}
 */
export function coerceQuery(schema, query) {
  // Without a prototype, `__proto__` is a name like any other.
  const result = Object.create(null);
  for (const [name, value] of Object.entries(query)) {
    const type = schema.properties?.[name]?.type;
    if (type === "integer" && /^-?\d{1,15}$/.test(value)) result[name] = Number(value);
    else if (type === "boolean" && /^(true|false)$/.test(value)) result[name] = value === "true";
    else result[name] = value;
  }
  return result;
}
