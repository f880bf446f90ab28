// The labels of a cell's state, entry by entry: so that one bad page does not taint a conversation for ever.
import { type Interpreter, Keyword, PersistentMap, type Value } from "../interpreter/index.js";
import { canonical, datumOf } from "./data.js";
import { WorldError } from "./error.js";
import { boxed, isSame, type Labels } from "./labels.js";

/** What a turn began with, or kept since. */
export interface Kept {
  /** Canonical text of the state. */
  readonly text: string;
  /** Canonical texts of the keys that the turn said it may leave otherwise, before it read anything; absent: it said nothing. */
  readonly open?: ReadonlySet<string>;
}

/**
 * The state of a turn that has read these labels: what it left otherwise than it was kept is boxed with them; all else
 * stays as trusted as it was. The keys keep the order that they had, and new ones follow by their names. Which keys are
 * new, and which are boxed, then tells later turns a bit each of what was read. Nothing is told where the turn said which
 * keys are open: all of these are boxed, and no other may change. Errors: `bad-turn-result` for a new key that the
 * genome's text does not spell, for one that is gone, and for one that is not open.
 */
export function labelledState(state: PersistentMap, read: Labels, { text, open }: Kept, genome: Pick<Interpreter, "spells">): PersistentMap {
  if (read.length === 0) return state;
  const old = datumOf(text) as PersistentMap;
  if (open !== undefined) return withOpen(state, read, old, open);
  const gone = old.keys().find((key) => state.get(key) === undefined);
  if (gone !== undefined) throw bad(`a turn that has read what is not trusted leaves ${canonical(gone)} in the state: put something else in its place`);
  const added = state.keys().filter((key) => old.get(key) === undefined);
  const unknown = added.find((key) => !(key instanceof Keyword && genome.spells(key)));
  if (unknown !== undefined) throw bad(`a turn that has read what is not trusted adds only keywords to the state that the genome's text spells, and not ${canonical(unknown)}`);
  const keys = [...old.keys(), ...added.toSorted((one, other) => (canonical(one) < canonical(other) ? -1 : 1))];
  return PersistentMap.from(keys.map((key) => {
    const item = state.get(key) as Value;
    return [key, isSame(old.get(key), item) ? item : boxed(item, read)] as const;
  }));
}

function withOpen(state: PersistentMap, read: Labels, old: PersistentMap, open: ReadonlySet<string>): PersistentMap {
  const isOpen = (key: Value): boolean => open.has(canonical(key));
  const other = [...old.keys(), ...state.keys()].find((key) => {
    const item = state.get(key);
    return item === undefined || !isOpen(key) && !isSame(old.get(key), item);
  });
  if (other !== undefined) throw bad(`a turn that said which keys it leaves open has changed ${canonical(other)}`);
  return PersistentMap.from(old.keys().map((key) => [key, isOpen(key) ? boxed(state.get(key) as Value, read) : old.get(key) as Value] as const));
}

// Which keys a state has and in which order is not labelled, so that nothing from outside may make one, take one away or place it.
function bad(problem: string): WorldError {
  return new WorldError("bad-turn-result", problem);
}
