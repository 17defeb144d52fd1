/**
 * The part of JSON Schema that Auth0's request rules and the seed file need. The texts are those the
 * Management API puts between its quotes.
 *
 * @typedef {{ path: (string | number)[], message: string, keyword: string }} Fault
 */

/**
 * @param {object} schema
 * @param {unknown} value
 * @param {(string | number)[]} [path]
 * @returns {Fault | undefined} the first fault
 */
export function findFault(schema, value, path = []) {
  const type = typeOf(value);
  const types = [schema.type ?? []].flat();
  const fits = (one) => one === type || (one === "number" && type === "integer");
  if (types.length > 0 && !types.some(fits)) {
    return fault(path, "type", `Expected type ${types.join(" or ")} but found type ${type}`);
  }
  if (schema.enum && !schema.enum.includes(value)) {
    return fault(path, "enum", `No enum match for: ${JSON.stringify(value)}`);
  }
  return RULES[type]?.(schema, value, path);
}

const RULES = {
  object: objectFault,
  array: arrayFault,
  string: stringFault,
  integer: numberFault,
  number: numberFault,
};

function typeOf(value) {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  return Number.isInteger(value) ? "integer" : typeof value;
}

function objectFault(schema, value, path) {
  const known = schema.properties ?? {};
  for (const name of schema.required ?? []) {
    if (!Object.hasOwn(value, name)) {
      return fault(path, "required", `Missing required property: ${name}`);
    }
  }
  const names = Object.keys(value);
  if (names.length < (schema.minProperties ?? 0)) {
    return fault(
      path,
      "minProperties",
      `Too few properties defined (${names.length}), minimum ${schema.minProperties}`,
    );
  }
  for (const name of names) {
    const rule = Object.hasOwn(known, name) ? known[name] : schema.additionalProperties;
    if (rule === false) {
      return fault(
        [...path, name],
        "additionalProperties",
        `Additional properties not allowed: ${name}`,
      );
    }
    const found = rule && rule !== true && findFault(rule, value[name], [...path, name]);
    if (found) return found;
  }
}

function arrayFault(schema, value, path) {
  if (value.length < (schema.minItems ?? 0)) {
    return fault(
      path,
      "minItems",
      `Array is too short (${value.length}), minimum ${schema.minItems}`,
    );
  }
  if (value.length > (schema.maxItems ?? Infinity)) {
    return fault(
      path,
      "maxItems",
      `Array is too long (${value.length}), maximum ${schema.maxItems}`,
    );
  }
  if (!schema.items) return;
  for (const [index, item] of value.entries()) {
    const found = findFault(schema.items, item, [...path, index]);
    if (found) return found;
  }
}

function stringFault(schema, value, path) {
  const { length } = value;
  if (length < (schema.minLength ?? 0)) {
    return fault(
      path,
      "minLength",
      `String is too short (${length} chars), minimum ${schema.minLength}`,
    );
  }
  if (length > (schema.maxLength ?? Infinity)) {
    return fault(
      path,
      "maxLength",
      `String is too long (${length} chars), maximum ${schema.maxLength}`,
    );
  }
  if (schema.pattern && !new RegExp(schema.pattern).test(value)) {
    return fault(path, "pattern", `String does not match pattern ${schema.pattern}: ${value}`);
  }
  if (schema.format && !FORMATS[schema.format](value)) {
    return fault(
      path,
      "format",
      `Object didn't pass validation for format ${schema.format}: ${value}`,
    );
  }
}

function numberFault(schema, value, path) {
  if (value < (schema.minimum ?? -Infinity)) {
    return fault(path, "minimum", `Value ${value} is less than minimum ${schema.minimum}`);
  }
  if (value > (schema.maximum ?? Infinity)) {
    return fault(path, "maximum", `Value ${value} is greater than maximum ${schema.maximum}`);
  }
}

const FORMATS = {
  "user-id": (value) => value.length <= 300 && /^[^|]+\|./s.test(value),
  "client-id": (value) => value.length <= 64 && value !== "",
  "organization-id": (value) => /^org_[A-Za-z0-9]{16}$/.test(value),
  // A zero-width space, which pasted addresses end with, is refused as well.
  email: (value) => /^(?:"[^"]+"|[^\s@\u200b]+)@[^\s@\u200b]+$/.test(value),
  url: (value) => /^https?:$/.test(protocolOf(value)),
  "date-time": (value) => !Number.isNaN(Date.parse(value)) && /^\d{4}-\d\d-\d\dT/.test(value),
};

function protocolOf(value) {
  return URL.canParse(value) ? new URL(value).protocol : "";
}

function fault(path, keyword, message) {
  return { path, keyword, message };
}

/** Query values arrive as strings; a schema says which are numbers and booleans. */
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
