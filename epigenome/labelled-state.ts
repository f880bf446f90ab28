// The labels of a cell's state, entry by entry: so that one bad page does not taint a conversation for ever.
import { type Interpreter, Keyword, PersistentMap, type Value } from "../interpreter/index.js";
import { canonical, datumOf } from "./data.js";
import { WorldError } from "./error.js";
import { boxed, isSame, type Labels } from "./labels.js";

/**
 * The state of a turn that has read these labels: what it left otherwise than it was `before`, as canonical text, is
 * boxed with them; all else stays as trusted as it was. The keys keep the order that they had, and new ones follow by
 * their names. Errors: `bad-turn-result` for a new key that the genome's text does not spell, and for one that is gone.
 */
export function labelledState(state: PersistentMap, read: Labels, before: string, genome: Pick<Interpreter, "spells">): PersistentMap {
  if (read.length === 0) return state;
  const old = datumOf(before) as PersistentMap;
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

// Which keys a state has and in which order is not labelled, so that nothing from outside may make one, take one away or place it.
function bad(problem: string): WorldError {
  return new WorldError("bad-turn-result", problem);
}
