// The states of cells, compared with what the journal says was committed of them last.
import { EMPTY_STATE } from "./cells.js";
import { datumOf, fieldText } from "./data.js";
import type { WorldDatabase } from "./database.js";
import { digest } from "./digest.js";
import { Entries } from "./entries.js";
import { baseOf } from "./keeping.js";
import { objectsOf, snapshotsOf } from "./objects.js";
import { rowsIn } from "./snapshot.js";

/** Names the first cell whose state is not what was committed of it; of those that were committed since an entry, if one is given. */
export function statesProblem(database: WorldDatabase, home: string, since = 0): string | undefined {
  const committed = new Map(since === 0 ? keptStates(database, home) : []);
  const entries = new Entries(database, objectsOf(home));
  for (const row of database.all("SELECT cell, max(sequence) AS last FROM journal WHERE kind = 'commit' AND sequence >= ? GROUP BY cell ORDER BY last", since))
    committed.set(String(row["cell"]), fieldText(datumOf(entries.at(Number(row["last"]))?.body ?? ""), "state-hash"));
  for (const [cell, hash] of committed)
    if (!isState(database, cell, hash)) return `the state of the cell ${cell} is not the one that was committed`;
  const stray = since === 0 ? database.all("SELECT cell FROM world_cells ORDER BY cell").find(({ cell }) => !committed.has(String(cell))) : undefined;
  return stray === undefined ? undefined : `the cell ${String(stray["cell"])} has a state that was never committed`;
}

/** Hashes by cell, as the snapshot has them that the journal begins with. */
function* keptStates(database: WorldDatabase, home: string): Generator<[string, string]> {
  const base = baseOf(database);
  if (base !== undefined) for (const [cell, , hash] of rowsIn(snapshotsOf(home).lines(base.snapshot), "(table world_cells ")) yield [String(cell), String(hash)];
}

function isState(database: WorldDatabase, cell: string, hash: string): boolean {
  const row = database.first("SELECT state, hash FROM world_cells WHERE cell = ?", cell);
  return row === undefined ? digest(EMPTY_STATE) === hash : row["hash"] === hash && digest(String(row["state"])) === hash;
}
