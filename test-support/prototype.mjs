// Prototypes that other code in the process has changed.

/** Starts a call while `Object.prototype` has the properties, which are removed once the call has begun. */
export function polluted(properties, start, prototype = Object.prototype) {
  const names = Object.keys(properties);
  for (const name of names) {
    Object.defineProperty(prototype, name, {
      value: properties[name],
      configurable: true,
      enumerable: true,
      writable: true,
    });
  }
  try {
    return start();
  } finally {
    for (const name of names) delete prototype[name];
  }
}

/** The same properties without a prototype. */
export const nullPrototype = (properties) => Object.assign(Object.create(null), properties);
