// How much the programs of a session may hold: they are told before the process dies of it.
import { getHeapStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** The part of the host's heap that may be full. The rest is for everybody else, and for what is not yet charged. */
const MOST = 0.6;
/** What must be free of that once the garbage is gone, or it would be looked for again and again. */
const SPARE = 0.05;

/** Is there room for so many bytes more? Looks for garbage before it says no. */
export function hasMemory(bytes: number): boolean {
  if (isWithin(MOST, bytes)) return true;
  collectGarbage();
  return isWithin(MOST - SPARE, bytes);
}

function isWithin(part: number, bytes: number): boolean {
  const { used_heap_size, external_memory, heap_size_limit } = getHeapStatistics();
  return used_heap_size + external_memory + bytes <= part * heap_size_limit;
}

let collector: (() => void) | undefined;

function collectGarbage(): void {
  if (collector === undefined) {
    setFlagsFromString("--expose-gc");
    collector = runInNewContext("gc") as () => void;
  }
  collector();
}
