// Which commit to test next, so that the one which brought a fault is found in the fewest tests.
import type { Commit } from "./objects.js";

export interface Verdict {
  readonly commit: string;
  readonly verdict: "good" | "bad" | "skip";
}

export interface Step {
  /** Commits that may have brought the fault, newest first. */
  readonly suspects: string[];
  /** Test this one next; absent when no further test can tell the suspects apart. */
  readonly next?: string;
}

/**
 * `commits` are those reachable from the bad one and from no good one, children first. A suspect is an ancestor of
 * every bad commit and of no good one. The next to test splits the suspects most evenly by ancestry.
 */
export function bisect(commits: readonly Commit[], bad: string, verdicts: readonly Verdict[]): Step {
  const parents = new Map(commits.map(({ commit, parents: before }) => [commit, before]));
  const named = (verdict: Verdict["verdict"]): string[] => verdicts.filter((one) => one.verdict === verdict).map(({ commit }) => commit);
  const cleared = ancestry(named("good"), parents);
  const suspect = [bad, ...named("bad")].map((commit) => ancestry([commit], parents)).reduce((all, some) => new Set([...all].filter((commit) => some.has(commit))));
  const suspects = commits.map(({ commit }) => commit).filter((commit) => suspect.has(commit) && !cleared.has(commit));
  const tested = new Set([bad, ...verdicts.map(({ commit }) => commit)]);
  const worth = (commit: string): number => {
    const before = suspects.filter((other) => ancestry([commit], parents).has(other)).length;
    return Math.min(before, suspects.length - before);
  };
  const untested = suspects.filter((commit) => !tested.has(commit)).map((commit) => ({ commit, worth: worth(commit) }));
  const best = untested.reduce<{ commit: string; worth: number } | undefined>((chosen, one) => (chosen === undefined || one.worth > chosen.worth ? one : chosen), undefined);
  return { suspects, ...(best === undefined ? {} : { next: best.commit }) };
}

/** The commits themselves and all before them, of those that the map knows. */
function ancestry(tips: readonly string[], parents: ReadonlyMap<string, readonly string[]>): Set<string> {
  const seen = new Set<string>();
  const open = [...tips];
  for (let commit = open.pop(); commit !== undefined; commit = open.pop()) {
    const before = parents.get(commit);
    if (before === undefined || seen.has(commit)) continue;
    seen.add(commit);
    open.push(...before);
  }
  return seen;
}
