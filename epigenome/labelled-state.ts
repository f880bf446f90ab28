// The labels of a cell's state, entry by entry: so that one bad page does not taint a conversation for ever.
import { Keyword, PersistentMap, type Value } from "../interpreter/index.js";
import { datumOf } from "./data.js";
import { WorldError } from "./error.js";
import { boxed, isSame, type Labels } from "./labels.js";

/**
 * The state of a turn that has read these labels: what it left otherwise than it was `before`, as canonical text, is
 * boxed with them; all else stays as trusted as it was. Errors: `bad-turn-result` for a new key that is no keyword.
 */
export function labelledState(state: PersistentMap, read: Labels, before: string): PersistentMap {
  if (read.length === 0) return state;
  const old = datumOf(before) as PersistentMap;
  return PersistentMap.from(Array.from(state, ([key, item]) => {
    const known = old.get(key);
    return [known === undefined ? publicKey(key) : key, isSame(known, item) ? item : boxed(item, read)] as const;
  }));
}

// Which keys a state has is not labelled, so that a text from outside cannot be one.
function publicKey(key: Value): Value {
  if (key instanceof Keyword) return key;
  throw new WorldError("bad-turn-result", "the keys of a state are keywords in a turn that has read what is not trusted");
}
