// The labels of a cell's state, entry by entry: so that one bad page does not taint a conversation for ever.
import { type Interpreter, Keyword, PersistentMap } from "../interpreter/index.js";
import { canonical, datumOf } from "./data.js";
import { WorldError } from "./error.js";
import { boxed, isSame, type Labels } from "./labels.js";

/**
 * The state of a turn that has read these labels: what it left otherwise than it was `before`, as canonical text, is
 * boxed with them; all else stays as trusted as it was. Errors: `bad-turn-result` for a new key that the genome's text
 * does not spell, and for one that is gone.
 */
export function labelledState(state: PersistentMap, read: Labels, before: string, genome: Pick<Interpreter, "spells">): PersistentMap {
  if (read.length === 0) return state;
  const old = datumOf(before) as PersistentMap;
  const gone = old.keys().find((key) => state.get(key) === undefined);
  if (gone !== undefined) throw bad(`a turn that has read what is not trusted leaves ${canonical(gone)} in the state: put something else in its place`);
  return PersistentMap.from(Array.from(state, ([key, item]) => {
    const known = old.get(key);
    if (known === undefined && !(key instanceof Keyword && genome.spells(key)))
      throw bad(`a turn that has read what is not trusted adds only keywords to the state that the genome's text spells, and not ${canonical(key)}`);
    return [key, isSame(known, item) ? item : boxed(item, read)] as const;
  }));
}

// Which keys a state has is not labelled, so that nothing from outside may make one or take one away.
function bad(problem: string): WorldError {
  return new WorldError("bad-turn-result", problem);
}
