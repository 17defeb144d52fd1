/** What the report is written from; the records of a run's journal fit. */
export type ReportRecord = HeaderRecord | IntentRecord | OutcomeRecord | { type: string };

export interface HeaderRecord {
  type: "header";
  /** What was run, such as `"audit"`. */
  command: string;
  tenant: string;
  /** When the run began, ISO 8601. */
  started: string;
  options?: object;
  /** How many users the run was for, if known; those without a record are shown as left. */
  total?: number;
  /** Why the run did not reach the end of its list, as a sentence without a full stop. */
  stopped?: string;
  /** How many users the run has not reached is not known. */
  isOpen?: boolean;
  /** Auth0 could not list everyone who matches the selection. */
  incomplete?: boolean;
}

/** A user that was begun; one without an outcome is shown as left. */
export interface IntentRecord {
  type: "intent";
  user?: unknown;
  userId?: string;
  userEmail?: string;
  index?: number;
}

export interface OutcomeRecord {
  type: "outcome";
  /** A result of a fleet method, as JSON. Fields that are not known, such as links to reset passwords, are not written. */
  result: object;
  /** A link to reset the password may exist that no result has, because its creation was interrupted. */
  mayHaveBeenIssued?: true;
}

export type ColumnKind = "text" | "number" | "word" | "words";

/** One line of the table, before it is encoded. Absent is `""`, `null` or `[]`. */
export interface Row {
  id: string;
  email: string;
  name: string;
  given: string;
  addresses: string;
  correlationId: string;
  score: number | null;
  sessions: number | null;
  methods: number | null;
  lastActivity: number | null;
  expires: number | null;
  time: number | null;
  risk: string;
  state: string;
  outcome: string;
  code: string;
  error: string;
  description: string;
  providers: string[];
  devices: string[];
  countries: string[];
  signals: string[];
  effects: string[];
  notes: string[];
}

/** A column of some rows: texts and numbers as they are, words as positions in the dictionary of their column. */
export interface Chunk {
  rows: number;
  /** Words that no earlier chunk has, by column. */
  words: Record<string, string[]>;
  text: Record<string, string[]>;
  number: Record<string, (number | null)[]>;
  word: Record<string, number[]>;
  /** How many words each row has, and all of them in order. */
  list: Record<string, { counts: number[]; of: number[] }>;
}

/** The first line of the data. */
export interface Head {
  command: string;
  tenant: string;
  started: number | null;
  total: number | null;
  stopped: string;
  isOpen: boolean;
  incomplete: boolean;
  options: [string, string][];
}
