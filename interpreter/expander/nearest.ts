// The names most like a misspelt one, for hints.
import type { Binding, Environment } from "./environment.js";

/** Up to three names bound in the environment, those most like this one. */
export function nearestNames(name: string, environment: Environment): string[] {
  const candidates = Array.from(environment.names()).filter((symbol) => isKnown(environment.lookup(symbol)));
  return nearest(name, candidates.map((symbol) => symbol.name).filter((candidate) => !candidate.startsWith("%")));
}

/** Nobody misspells a longer name, or looks for it among more: the search must not take long. */
const LONGEST = 60;
const MOST_CANDIDATES = 5000;

/** Up to three candidates at the least distance from the name, if that is within a third of its length in edits. */
export function nearest(name: string, candidates: readonly string[]): string[] {
  if (name.length > LONGEST) return [];
  const most = name.length < 3 ? 0 : Math.floor(name.length / 3);
  let found: string[] = [];
  let least = most;
  for (const candidate of candidates.slice(0, MOST_CANDIDATES)) {
    if (candidate === name || Math.abs(candidate.length - name.length) > least) continue;
    const distance = editDistance(name, candidate);
    if (distance < least) found = [];
    if (distance <= least) found.push(candidate);
    least = Math.min(least, distance);
  }
  return found.sort().slice(0, 3);
}

/** ". Did you mean …?" for the end of a message, or nothing. */
export function didYouMean(name: string, environment: Environment): string {
  return suggestion(nearestNames(name, environment));
}

/** The same for names already chosen. */
export function suggestion(names: readonly string[]): string {
  return names.length === 0 ? "" : `. Did you mean ${names.join(" or ")}?`;
}

/** A name that was only referred to may be another slip of the pen. */
function isKnown(binding: Binding | undefined): boolean {
  return !(binding !== undefined && "forwardIn" in binding && binding.forwardIn !== undefined && binding.value === undefined);
}

/** Insertions, deletions, replacements and swaps of neighbours (optimal string alignment). */
function editDistance(from: string, to: string): number {
  let before: number[] = [];
  let previous = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const replaced = at(previous, column - 1) + (from[row - 1] === to[column - 1] ? 0 : 1);
      let least = Math.min(replaced, at(previous, column) + 1, at(current, column - 1) + 1);
      if (from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]) least = Math.min(least, at(before, column - 2) + 1);
      current.push(least);
    }
    before = previous;
    previous = current;
  }
  return at(previous, to.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Infinity;
}
