// The ends of the journal, checked at a start's price: the first and the last entries by their chain, and the newest signatures.
import { join } from "node:path";
import { type Entry, keyChangeOf, linkProblem, ORIGIN } from "./chain.js";
import type { WorldDatabase } from "./database.js";
import { storedEntry } from "./entries.js";
import { HEAD_FILE, headOf, hexOf, isPresent, isSigned, isVouched, readHead } from "./heads.js";
import { baseOf } from "./keeping.js";
import { type Place, provenanceProblem } from "./provenance.js";
import { statesProblem } from "./states.js";

export interface TailVerdict {
  /** Sequence of the last entry. */
  readonly entries: number;
  /** How many of them were checked. */
  readonly checked: number;
  readonly problem?: string;
}

/** What is wrong with the first or the last `count` entries, the head over the last one, the head kept outside the database, the states that the last ones committed, or what runs next. What lies between: `verify`. */
export function verifyTail({ database, home, noted = [] }: Omit<Place, "noted"> & Partial<Place>, publicKey: Uint8Array, count: number): TailVerdict {
  const entries = database.all("SELECT * FROM journal WHERE sequence >= ? ORDER BY sequence DESC LIMIT ?", baseOf(database)?.sequence ?? 0, count).map(storedEntry).reverse();
  const last = entries.at(-1);
  const problem = beginningProblem(database, entries[0], count) ?? chainProblem(entries)
    ?? (last && (signatureProblem(database, hexOf(publicKey), last) ?? outsideProblem(home, hexOf(publicKey), last) ?? statesProblem(database, home, entries[0]?.sequence)
      ?? provenanceProblem({ database, home, noted }, { isWhole: false })));
  return { entries: last?.sequence ?? 0, checked: entries.length, ...(problem === undefined ? {} : { problem }) };
}

/** What is wrong with as many entries at the journal's beginning, as far as they come before the end. */
function beginningProblem(database: WorldDatabase, end: Entry | undefined, count: number): string | undefined {
  const first = database.all("SELECT * FROM journal WHERE sequence >= ? AND sequence < ? ORDER BY sequence LIMIT ?", baseOf(database)?.sequence ?? 0, end?.sequence ?? 0, count);
  return chainProblem(first.map(storedEntry));
}

function chainProblem(entries: readonly Entry[]): string | undefined {
  const [first] = entries;
  let [sequence, hash] = first === undefined || first.sequence === 1 ? [0, ORIGIN] : [first.sequence - 1, first.previous];
  for (const entry of entries) {
    const problem = linkProblem(entry, sequence, hash);
    if (problem !== undefined) return problem;
    [sequence, hash] = [entry.sequence, entry.hash];
  }
  return undefined;
}

/** What is wrong with the head over the last entry: if nothing is, the vault's key has vouched for that entry's hash, and so for all before it. */
export function signatureProblem(database: WorldDatabase, publicKey: string, last: Entry): string | undefined {
  const newest = database.all("SELECT * FROM journal_heads ORDER BY sequence DESC LIMIT 1").map(headOf)[0];
  const key = signingKey(last, publicKey);
  const isCovered = newest?.sequence === last.sequence && newest.hash === last.hash;
  return isCovered && key !== undefined && isSigned(newest, key) ? undefined : `the signature over the last entry, ${last.sequence}, is missing or not by the key in the vault`;
}

function outsideProblem(home: string, publicKey: string, last: Entry): string | undefined {
  const outside = readHead(join(home, HEAD_FILE));
  if (outside === undefined || outside === "unreadable" || !isPresent(outside, publicKey)) return "the head kept outside the database is missing or damaged: a cut-off tail would not show";
  return outside.sequence > last.sequence ? `the tail is cut off: entry ${outside.sequence} was signed` : undefined;
}

/** The key of the last head: that of the vault, unless the last entry introduces it and the one before it signed. Undefined if the vault's key has no part in it. */
function signingKey(last: Entry, publicKey: string): string | undefined {
  const change = keyChangeOf(last);
  if (change === undefined) return publicKey;
  if (!isVouched(change, last)) return undefined;
  if (change.fork !== undefined) return change.to === publicKey ? publicKey : undefined;
  return change.from === publicKey || change.to === publicKey ? change.from : undefined;
}
