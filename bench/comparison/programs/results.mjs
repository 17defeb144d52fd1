// What one contestant returns for one user. Sends it as JSON that can be compared.

import { openContestant } from "../contestants/index.mjs";
import { argumentsOf } from "../users.mjs";

const { tenant, contestant } = JSON.parse(process.argv[2]);
/** More than one page, so that all of them follow the cursor. */
const USER = { number: 3, sessions: 60 };
/** The parsers do not agree on every name. */
const PARSED = ["browser", "device", "initialOs", "name", "os", "platform"];

const client = await openContestant(contestant, tenant);
await client.revoke(...argumentsOf.revoke(USER));
const { sessions, ...others } = await client.dashboard(...argumentsOf.dashboard(USER));
const isRead = sessions.every((session) => PARSED.every((field) => session[field]));
const compared = { ...others, isRead, sessions: sessions.map(withoutParsed) };
process.send({ text: JSON.stringify(sorted(compared)) }, () => process.exit());

function withoutParsed(session) {
  return Object.fromEntries(Object.entries(session).filter(([field]) => !PARSED.includes(field)));
}

/** The same object with its fields in alphabetical order. */
function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== "object" || value instanceof Date) return value;
  const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
}
