// Formats the demo's output.

import { stripVTControlCharacters } from "node:util";

const COLUMNS = {
  "": (session) => (session.current ? "▶" : ""),
  Device: (session) => session.device,
  Browser: (session) => session.browser,
  System: (session) => session.os,
  Address: (session) => session.address,
  "Last activity": (session) => ago(session.lastActivityAt),
  "Session id": (session) => `${session.id.slice(0, 12)}…`,
};

const UNITS = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
  ["second", 1000],
];
const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });

export function heading(text) {
  console.log(`\n\n${text}\n${"─".repeat(text.length)}`);
}

export function sessionTable(sessions) {
  if (sessions.length === 0) return "  No live sessions.";
  const rows = sessions.map((session) =>
    Object.values(COLUMNS).map((cell) => printable(cell(session))),
  );
  const table = [Object.keys(COLUMNS), ...rows];
  const widths = table[0].map((_, column) => Math.max(...table.map((row) => row[column].length)));
  return table
    .map((row) =>
      `  ${row.map((cell, column) => cell.padEnd(widths[column])).join("  ")}`.trimEnd(),
    )
    .join("\n");
}

/** Browser names come from a header that the client controls. */
function printable(text) {
  return stripVTControlCharacters(text).replace(/\p{Cc}/gu, "");
}

function ago(date) {
  if (!date) return "unknown";
  const elapsed = Date.now() - date;
  const [unit, length] = UNITS.find(([, length]) => elapsed >= length) ?? UNITS.at(-1);
  return relative.format(-Math.floor(elapsed / length), unit);
}
