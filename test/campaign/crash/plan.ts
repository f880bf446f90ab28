// What one process of a campaign is to do, and where it is to die: made from a seed.
import { Random } from "../random.js";
import { ACTS } from "./genome.js";

export interface Plan {
  readonly home: string;
  /** Where the outside is served. */
  readonly url: string;
  /** Dies when it reaches this point, or without one any point, for the n-th time. Absent: it runs to its end. */
  readonly kill?: { readonly point?: string; readonly occurrence: number };
  readonly fault?: string;
  readonly inputs: readonly Input[];
  /** Inputs whose outcome was told: each must be there from the start. */
  readonly done: readonly string[];
  /** Ids of messages to the baseband. */
  readonly messages: readonly string[];
  readonly steps: readonly Step[];
}

export interface Input {
  readonly id: string;
  readonly cell: string;
  readonly kind: string;
  readonly acts: readonly string[];
}

export const STEPS = ["adopt", "return", "patch", "unpatch", "note", "put", "rotate", "key"] as const;
export type Step = (typeof STEPS)[number];

export const CELLS = 56;

/** So many fresh inputs, to cells in turn, each with a few acts; now and then one that must be stopped. */
export function inputs(random: Random, run: string, count: number): Input[] {
  const first = random.below(CELLS);
  return Array.from({ length: count }, (_, index) => {
    const isEndless = random.below(40) === 0;
    return {
      id: `${isEndless ? "forever" : "input"}-${run}-${index}`, cell: `cell-${(first + index) % CELLS}`,
      kind: isEndless ? "forever" : "job", acts: random.many(4, () => random.of(ACTS)),
    };
  });
}
