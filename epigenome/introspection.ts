// What a turn may learn of the world that it runs in: the service behind the operations that look around.
import { canonical } from "../interpreter/index.js";
import type { CellReport, EntryReport, IntrospectionService } from "../ports/port.js";
import { BUDGET_USE } from "./budget.js";
import type { Cells } from "./cells.js";
import type { WorldDatabase } from "./database.js";
import type { Genomes } from "./genomes.js";
import type { Grant } from "./grants.js";
import type { Journal } from "./journal.js";
import type { Turns } from "./turns.js";

/** Characters of an entry's body that are shown. */
const LONGEST_BODY = 4_000;

export interface ObservedWorld {
  readonly database: WorldDatabase;
  readonly journal: Pick<Journal, "last">;
  readonly cells: Cells;
  readonly genomes: Genomes;
  readonly turns: Turns;
}

/** `world` is asked only later, when its parts are made. */
export function introspection(world: () => ObservedWorld): IntrospectionService {
  return {
    cells: (last, after) => world().cells.statuses({ after, limit: last }).map(({ cell, mailbox, stateHash, quarantine }): CellReport => ({
      cell, mailbox, running: world().turns.turnOf(cell) !== undefined, "state-hash": stateHash,
      ...(quarantine === undefined ? {} : { quarantine: quarantine.reason }),
    })),
    journal: (last, until) => world().journal.last(last, until).map(({ sequence, kind, cell, stamp, hash, body }): EntryReport => ({
      sequence, kind, cell, "time-ms": stamp.timeMs, hash, body: body.slice(0, LONGEST_BODY),
    })),
    budgets: () => world().database.all(`SELECT account, period, dimension, used, kinds FROM ${BUDGET_USE} ORDER BY account, period, dimension`)
      .map(({ account, period, dimension, used, kinds }) => ({
        account: String(account), period: String(period), dimension: String(dimension), used: Number(used), labels: kinds === null ? [] : String(kinds).split(" ").sort(),
      })),
    grants: () => [...world().genomes.current().manifest.grants].flatMap(([library, grants]) =>
      [...grants].map(([operation, grant]) => ({ library, operation, restrictions: restrictionsOf(grant) }))),
    genome: () => ({ commit: world().genomes.current().commit, patches: world().genomes.patches().map(({ library, name }) => ({ library, name })) }),
  };
}

function restrictionsOf({ conditions, budgets, until, accepts }: Grant): string[] {
  return [
    ...conditions.map((condition) => `(when ${canonical(condition)})`),
    ...budgets.map(({ limits, per }) => `(budget {${[...limits].map(([dimension, limit]) => `:${dimension} ${limit}`).join(" ")} :per :${per}})`),
    ...(until === undefined ? [] : [`(until "${new Date(until).toISOString()}")`]),
    ...(accepts === undefined ? [] : [`(accepts${accepts.map((label) => ` ${JSON.stringify(label)}`).join("")})`]),
  ];
}
