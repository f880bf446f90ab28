// The chain of the journal: what an entry's hash covers, and what is wrong with a chain of entries.
import { digest } from "./digest.js";
import type { Stamp } from "../ports/port.js";

export const ENTRY_KINDS = [
  "input", "intent", "decision", "receipt", "commit", "genome", "patch", "snapshot", "operator", "stop",
] as const;
export type EntryKind = (typeof ENTRY_KINDS)[number];

export interface Entry {
  /** Counts from 1, without a gap. */
  readonly sequence: number;
  readonly kind: EntryKind;
  readonly cell: string;
  readonly stamp: Stamp;
  /** A datum's canonical text. */
  readonly body: string;
  readonly previous: string;
  readonly hash: string;
}

/** The hash that the first entry has as its previous one. */
export const ORIGIN = "0".repeat(64);

/** The entry as an S-expression, without its own hash: what the hash covers. */
export function entryText(entry: Omit<Entry, "hash">): string {
  const { sequence, kind, cell, stamp, body, previous } = entry;
  return `(entry ${sequence} ${kind} ${quoted(cell)} (stamp ${stamp.timeMs} ${quoted(stamp.entropy)}) ${body} ${quoted(previous)})`;
}

export function entryHash(entry: Omit<Entry, "hash">): string {
  return digest(entryText(entry));
}

/** What is wrong with an entry that should follow the one of this sequence and hash, or undefined. */
export function linkProblem(entry: Entry, sequence: number, hash: string): string | undefined {
  if (entry.sequence !== sequence + 1) return `entry ${sequence + 1} is missing; the next one is ${entry.sequence}`;
  if (entry.previous !== hash) return `entry ${entry.sequence} does not follow the entry before it`;
  if (!ENTRY_KINDS.includes(entry.kind)) return `entry ${entry.sequence} has an unknown kind`;
  return entryHash(entry) === entry.hash ? undefined : `entry ${entry.sequence} has been changed: its hash is not that of its content`;
}

/** The bytes of a head that are signed. */
export function headMessage(sequence: number, hash: string): Uint8Array {
  return new TextEncoder().encode(`ouro journal head ${sequence} ${hash}`);
}

// Cells and hashes are texts without control characters in practice; any text has one spelling here all the same.
function quoted(text: string): string {
  return JSON.stringify(text);
}
