// The chain of the journal: what an entry's hash covers, and what is wrong with a chain of entries.
import { write } from "../interpreter/index.js";
import { record, text } from "./data.js";
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
  return contentProblem(entry);
}

/** What is wrong with an entry by itself. */
export function contentProblem(entry: Entry): string | undefined {
  if (!ENTRY_KINDS.includes(entry.kind)) return `entry ${entry.sequence} has an unknown kind`;
  return entryHash(entry) === entry.hash ? undefined : `entry ${entry.sequence} has been changed: its hash is not that of its content`;
}

/** The bytes of a head that are signed; `seal`: 64 hexadecimal digits. */
export function headMessage(sequence: number, hash: string, seal: string): Uint8Array {
  return new TextEncoder().encode(`ouro journal head ${sequence} ${hash}${seal === "" ? "" : ` ${seal}`}`);
}

/** One signing key after another, both as 64 hexadecimal digits. */
export interface KeyChange {
  readonly from: string;
  readonly to: string;
  /**
   * Ed25519 by `to` over `vouchMessage`, in hexadecimal. Trust flows backwards: whoever trusts the last key trusts the entries before
   * its introduction by that key's own word, so that nobody else can give it a predecessor.
   */
  readonly vouched: string;
  /** The entry before, where it is the last that came from another home: that one's key says nothing of what follows, and the new one signs this very entry. */
  readonly fork?: { readonly sequence: number; readonly hash: string };
}

/** What a key that is introduced signs: after which key it comes, and after which entry. */
export function vouchMessage({ from, to }: Pick<KeyChange, "from" | "to">, { sequence, previous }: Pick<Entry, "sequence" | "previous">): Uint8Array {
  return new TextEncoder().encode(`ouro signing key ${from} ${to} ${sequence} ${previous}`);
}

/** The body of the `operator` entry that introduces the next signing key. The standing key signs the head over it, or, after a fork, the new one. */
export function keyChangeBody({ from, to, vouched, fork }: KeyChange): string {
  return write(record({ "signing-key": record({ from, to, vouched }), fork: fork && record({ ...fork }) }));
}

const KEY_CHANGE = /^\{:signing-key \{:from "([0-9a-f]{64})" :to "([0-9a-f]{64})" :vouched "([0-9a-f]{128})"\}(?: :fork \{:sequence (\d+) :hash "([0-9a-f]{64})"\})?\}$/;

/** The change of key that an entry makes, if it makes one. */
export function keyChangeOf({ kind, body }: Pick<Entry, "kind" | "body">): KeyChange | undefined {
  const [, from, to, vouched, sequence, hash] = kind === "operator" ? KEY_CHANGE.exec(body) ?? [] : [];
  if (from === undefined || to === undefined || vouched === undefined) return undefined;
  return { from, to, vouched, fork: sequence === undefined || hash === undefined ? undefined : { sequence: Number(sequence), hash } };
}

/** A snapshot that the chain begins with: its entry, the hash of that, and the name of the snapshot. */
export interface Base {
  readonly sequence: number;
  readonly hash: string;
  readonly snapshot: string;
  /** Names what stood at the entry that makes it the beginning (standing.ts); absent where an older version made it. */
  readonly standing?: string;
}

/** The body of the `operator` entry that makes a snapshot the chain's new beginning. */
export function baseBody({ sequence, hash, snapshot, standing }: Base): string {
  return write(record({ base: record({ sequence, hash, snapshot, standing }) }));
}

/** The base that a body makes, if it makes one. */
export function baseIn(body: string): Base | undefined {
  const [, sequence, hash, snapshot, standing] = /^\{:base \{:sequence (\d+) :hash "([0-9a-f]{64})" :snapshot "([0-9a-f]{64})"(?: :standing "([0-9a-f]{64})")?\}\}$/.exec(body) ?? [];
  return sequence === undefined || hash === undefined || snapshot === undefined ? undefined : { sequence: Number(sequence), hash, snapshot, standing };
}

/** The body of a `snapshot` entry, and the name of the snapshot in one. */
export function snapshotBody(hash: string): string {
  return write(record({ hash }));
}

export function snapshotIn(body: string): string | undefined {
  return /^\{:hash "([0-9a-f]{64})"\}$/.exec(body)?.[1];
}

const PLAIN = /^[ !#-[\]-~]*$/;

/** A string as Scheme writes it. */
export function quoted(characters: string): string {
  return PLAIN.test(characters) ? `"${characters}"` : write(text(characters));
}
