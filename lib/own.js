"use strict";

/** A property that is the object's own: any code in the process can put others on a prototype. */
exports.own = (object, name) =>
  typeof object === "object" && object !== null && Object.hasOwn(object, name)
    ? object[name]
    : undefined;
