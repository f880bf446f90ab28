// The archive's ranking: which candidates are the best of their kind, and whose descendants do well.
import { mean } from "./score.js";
import type { ArchivedEntry } from "./storage.js";

export interface RankedEntry extends ArchivedEntry {
  /** Mean score of the entry and all its descendants (clade metaproductivity: Wang et al., Huxley–Gödel Machine, 2025). */
  readonly clade: number;
  /** True if it scores best among those of about its size and fuel (MAP-Elites: Mouret and Clune 2015). */
  readonly elite: boolean;
}

/** Best clades first; of equal ones, the older first. */
export function ranked(entries: readonly ArchivedEntry[]): RankedEntry[] {
  const children = groupByParent(entries);
  const best = new Map<string, ArchivedEntry>();
  for (const entry of entries) if (entry.score > (best.get(nicheOf(entry))?.score ?? -Infinity)) best.set(nicheOf(entry), entry);
  return entries
    .map((entry) => ({ ...entry, clade: mean(descent(entry, children)), elite: best.get(nicheOf(entry)) === entry }))
    .sort((left, right) => right.clade - left.clade || left.id - right.id);
}

/** Sizes and fuels in powers of two. */
function nicheOf({ size, steps }: ArchivedEntry): string {
  return `${Math.floor(Math.log2(size + 1))} ${Math.floor(Math.log2(steps + 1))}`;
}

function groupByParent(entries: readonly ArchivedEntry[]): Map<number, ArchivedEntry[]> {
  const groups = new Map<number, ArchivedEntry[]>();
  for (const entry of entries) groups.set(entry.parent, [...(groups.get(entry.parent) ?? []), entry]);
  return groups;
}

/** Scores of an entry and its descendants. A parent is older than its children, so this ends. */
function descent(entry: ArchivedEntry, children: ReadonlyMap<number, readonly ArchivedEntry[]>): number[] {
  const scores: number[] = [];
  const open = [entry];
  for (let each = open.pop(); each !== undefined; each = open.pop()) {
    const { id, score } = each;
    scores.push(score);
    open.push(...(children.get(id) ?? []).filter((child) => child.id > id));
  }
  return scores;
}
