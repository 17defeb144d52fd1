// The libraries, which the scripts before this one define.

/** @type {typeof import("chart.js").Chart} */
export const ChartJs = Reflect.get(globalThis, "Chart");

/** @type {typeof import("@tanstack/virtual-core")} */
export const VirtualCore = Reflect.get(globalThis, "VirtualCore");
