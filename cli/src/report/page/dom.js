// Elements. Data enters the page only as text nodes.

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {string} className
 * @param {(string | Node)[]} children
 */
export function element(tag, className, ...children) {
  const created = document.createElement(tag);
  if (className) created.className = className;
  created.append(...children);
  return created;
}

/**
 * An element of the template.
 * @template {HTMLElement} [E=HTMLElement]
 * @param {string} id
 */
export function byId(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`The report has no element called ${id}.`);
  return /** @type {E} */ (found);
}

/** @param {string} name */
export function icon(name) {
  const namespace = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(namespace, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(namespace, "use");
  use.setAttribute("href", `#icon-${name}`);
  svg.append(use);
  return svg;
}

/**
 * @param {string} className
 * @param {(string | Node)[]} children
 */
export function button(className, ...children) {
  const created = element("button", className, ...children);
  created.type = "button";
  return created;
}

/**
 * A value, whose direction of writing does not affect what is around it.
 * @param {string} value
 * @param {string} [className]
 */
export const value = (value, className = "") => element("bdi", className, value);

/**
 * A state or level: a dot with its name, so that colour is never alone.
 * @param {string} kind
 * @param {string} label
 */
export const badge = (kind, label) => element("span", `badge badge-${kind}`, label);
