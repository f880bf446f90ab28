// What Tab shows: how far the names that fit agree, and a line for each of them.
import type { Colours } from "./colours.js";

interface Candidate {
  readonly name: string;
  readonly doc?: string;
}

/** So many names get a line of their own. */
const MOST_LINES = 20;

/** The longest text that all names begin with; empty if there are none. */
export function commonStart(names: readonly string[]): string {
  let [start = ""] = names;
  for (const name of names) while (!name.startsWith(start)) start = start.slice(0, -1);
  return start;
}

/** Each name with what it does, as far as a line of the terminal goes; only the names if there are many. */
export function completionLines(candidates: readonly Candidate[], columns: number, colours: Colours): string {
  if (candidates.length > MOST_LINES) return wrapped(candidates.map(({ name }) => name), columns);
  const width = Math.max(...candidates.map(({ name }) => name.length));
  return candidates.map(({ name, doc = "" }) => `${name.padEnd(width)}  ${colours.faint(doc.slice(0, Math.max(0, columns - width - 3)))}`.trimEnd()).join("\n");
}

function wrapped(names: readonly string[], columns: number): string {
  const width = Math.max(...names.map((name) => name.length)) + 2;
  const across = Math.max(1, Math.floor(columns / width));
  const rows = Array.from({ length: Math.ceil(names.length / across) }, (_, row) => names.slice(row * across, (row + 1) * across));
  return rows.map((row) => row.map((name) => name.padEnd(width)).join("").trimEnd()).join("\n");
}
