// What a person names by the first digits of its id.
import { type HostCode, HostError } from "./host-error.js";

/** A person read them off something; of fewer, another id could soon be meant. */
const FEWEST_DIGITS = 4;

/** The one whose id begins so; undefined if there is none. Errors: `code` where too few digits are given, or more than one id begins so. */
export function named<Item>(items: readonly Item[], start: string, idOf: (item: Item) => string, code: HostCode): Item | undefined {
  if (start.length < FEWEST_DIGITS) throw new HostError(code, `${start === "" ? "nothing" : start} is too little of an id: give at least ${FEWEST_DIGITS} digits`);
  const [found, another] = items.filter((item) => idOf(item).startsWith(start));
  if (another !== undefined) throw new HostError(code, `more than one id begins with ${start}: give more digits`);
  return found;
}
