// Faults planted in the process that the campaign kills: each breaks one promise, and the campaign must say so.
import { randomUUID } from "node:crypto";
import Database from "better-sqlite3";
import { Ledger } from "../../../epigenome/budget.js";
import { Cells } from "../../../epigenome/cells.js";
import { WorldDatabase } from "../../../epigenome/database.js";
import { digest } from "../../../epigenome/digest.js";
import { Effects } from "../../../epigenome/effects.js";
import { Journal } from "../../../epigenome/journal.js";
import { Timers } from "../../../epigenome/timers.js";
import { Turns } from "../../../epigenome/turns.js";
import { World } from "../../../epigenome/world.js";

type Method = (this: never, ...given: never[]) => unknown;
type Wrapped = (original: (...given: unknown[]) => unknown, self: Record<string, unknown>, given: readonly unknown[]) => unknown;

/** A fault, and the points at which a kill shows it; without any it shows by itself. */
export interface Fault {
  readonly points: readonly string[];
  /** The promise that it breaks, in the words of the oracle: any other that breaks with it does not count. */
  readonly shows: RegExp;
  /** Answers how to take it out again. */
  readonly plant: () => () => void;
  /** What else shows it: a cut of the power, or a second process that wants the home. */
  readonly needs?: "power" | "rival";
}

/** Puts something around a method of a class. */
function around(owner: { readonly prototype: object }, name: string, wrapped: Wrapped): () => () => void {
  return () => {
    const methods = owner.prototype as Record<string, Method>;
    const original = methods[name];
    if (original === undefined) throw new Error(`there is no method ${name} to plant a fault in`);
    methods[name] = function (this: Record<string, unknown>, ...given: unknown[]) {
      return wrapped((...given_) => Reflect.apply(original, this, given_), this, given);
    } as Method;
    return () => void (methods[name] = original);
  };
}

/** The database that an object of the world holds, or that its world holds. */
function databaseOf(self: Record<string, unknown>): WorldDatabase {
  return (self["database"] ?? (self["world"] as Record<string, unknown>)["database"]) as WorldDatabase;
}

/** Does within the world's next transaction what belongs into this one. */
function afterwards(self: Record<string, unknown>, work: () => unknown): void {
  const database = databaseOf(self);
  database.whenDurable(() => void database.batch(work));
}

/** Does a while after its transaction what belongs into it, if the world is still there. */
function late(self: Record<string, unknown>, work: () => unknown): void {
  setTimeout(() => {
    try {
      databaseOf(self).batch(work);
    } catch {
      // The world has closed.
    }
  }, 100);
}

/** While it works, nothing waits until it is durable. */
function hasty(original: (...given: unknown[]) => unknown, self: Record<string, unknown>, given: readonly unknown[]): unknown {
  const database = databaseOf(self) as unknown as Record<string, unknown>;
  database["whenDurable"] = (callback: () => void) => callback();
  try {
    return original(...given);
  } finally {
    delete database["whenDurable"];
  }
}

/** While due timers fire, each does it in another way. */
function firing(self: Record<string, unknown>, other: (fire: (timer: object) => void, timer: object) => void, ring: () => unknown): void {
  const world = self["world"] as { fire: (timer: object) => void };
  const { fire } = world;
  world.fire = (timer) => other(fire, timer);
  ring();
  world.fire = fire;
}

export const FAULTS: Readonly<Record<string, Fault>> = {
  "an input is acknowledged before its commit": {
    shows: /was acknowledged and is not in the (journal|queue)/,
    points: ["acceptance told"], plant: around(World, "durable", () => Promise.resolve()),
  },
  "an input is journaled before it is in the inbox": {
    shows: /no input .* was accepted|^input .* has 0 commits/,
    points: ["durable input"],
    plant: around(Cells, "add", (original, self, given) => {
      afterwards(self, () => original(...given));
      return { ...(given[0] as object), image: given[1], deaths: 0, deathsAt: 0, isAlone: false };
    }),
  },
  "an input that has its outcome is accepted again": {
    shows: /in the inbox, and has its outcome|failed: world_outcomes.id|^input .* (is in the journal|has) [23] (times|commits)/,
    points: ["outcome told", "outcome told", "outcome told"], plant: around(Cells, "has", (_original, self, [id]) => (self as unknown as Cells).pending(String(id)) !== undefined),
  },
  "an effect is dispatched before its intent is durable": {
    shows: /which is no intent of the journal|^send! .* was asked for \d+ times/,
    points: ["request send!", "request bump!"], plant: around(Effects, "intend", hasty),
  },
  "an idempotency key is not stable": {
    shows: /under \d+ keys|which is no intent of the journal/,
    points: ["response bump!"],
    plant: around(Effects, "context", (original, _self, given) => ({ ...(original(...given) as object), idempotencyKey: randomUUID() })),
  },
  "an effect of unknown outcome is run again": {
    shows: /^send! .* was asked for \d+ times/,
    points: ["request send!", "response send!"],
    plant: around(Effects, "recover", (_original, self, given) => (self["dispatch"] as Method).apply(self as never, given as never)),
  },
  "a receipt is journaled twice": {
    shows: /has 2 receipts/,
    points: [], plant: around(Journal, "append", (original, _self, given) => (given[0] === "receipt" ? (original(...given), original(...given)) : original(...given))),
  },
  "receipts are forgotten in a restart": {
    shows: /has [02] receipts|was asked for \d+ times/,
    points: ["durable receipt"],
    plant: around(Journal, "from", (original, _self, [sequence, kinds]) => original(sequence, (kinds as string[] | undefined)?.filter((kind) => kind !== "receipt"))),
  },
  "a commit leaves the state for later": {
    shows: /^cell .* (holds|lost the state)|^replay/,
    points: ["durable commit"],
    plant: around(Cells, "setState", (original, self, given) => afterwards(self, () => original(...given))),
  },
  "a state is written before its commit": {
    shows: /^cell .* holds|^replay/,
    points: ["insert journal commit", "before commit of world.db"],
    plant: around(Turns, "commit", (original, self, given) => {
      const [{ cell }, image, , ending] = given as [{ cell: string }, string, unknown, { result?: { stateText: string } }];
      if (ending.result !== undefined) {
        (self["world"] as { cells: Cells }).cells.setState(cell, ending.result.stateText, digest(ending.result.stateText), image);
        databaseOf(self).flush();
      }
      return original(...given);
    }),
  },
  "an outcome is told before its commit": {
    shows: /the outcome of .* was told.*(is not there|no commit is there)/,
    points: ["outcome told"], plant: around(Turns, "commit", hasty),
  },
  "the head is published before the commit": {
    shows: /but entry \d+ was signed/,
    points: ["write journal.head"],
    plant: around(Journal, "sign", (original, self, given) => {
      original(...given);
      (self["publish"] as () => void).call(self);
    }),
  },
  "a budget is not settled": {
    shows: /^the ledger counts/,
    points: [],
    plant: around(Ledger, "addToTable", (original, _self, [account, period, dimension, amount]) => original(account, period, dimension, Math.max(0, Number(amount)))),
  },
  "a budget is reserved after the intent": {
    shows: /^the ledger counts/,
    points: ["durable intent"],
    plant: around(Ledger, "add", (original, self, given) => afterwards(self, () => original(...given))),
  },
  "a timer is set after its commit": {
    shows: /it woke 0 times/,
    points: ["durable commit", "durable commit"], plant: around(Timers, "change", (original, self, given) => afterwards(self, () => original(...given))),
  },
  "a timer is lost": {
    shows: /it woke 0 times/,
    points: ["delete world_timers", "delete world_timers"],
    plant: around(Timers, "ring", (original, self) => firing(self, (fire, timer) => late(self, () => fire(timer)), original)),
  },
  "a timer fires twice": {
    shows: /it woke 2 times/,
    points: [], plant: around(Timers, "ring", (original, self) => firing(self, (fire, timer) => (fire(timer), fire({ ...timer, input: randomUUID() })), original)),
  },
  "a lease has no fence": {
    shows: /a worker whose lease had run out ended/,
    points: [],
    plant: around(WorldDatabase, "all", (original, _self, given) => (String(given[0]).startsWith("UPDATE baseband_token") ? [{ last: 1 }] : original(...given))),
  },
  "a message leaves before it is marked as leaving": {
    shows: /^post .* was (sent|asked for) \d+ times/,
    points: ["request post"],
    plant: around(WorldDatabase, "whenDurable", (original, _self, [durable, failed]) => (failed === undefined ? original(durable) : (durable as () => void)())),
  },
  "a home has no lock": {
    shows: /^two processes had the home/,
    points: [], needs: "rival", plant: around(Database, "exec", (original, self, given) => (given[0] === "BEGIN EXCLUSIVE" ? self : original(...given))),
  },
  "the database is not synced": {
    shows: /journal|acknowledged|open|not there/,
    points: [], needs: "power",
    plant: around(Database, "pragma", (original, _self, [text]) => original(String(text).replace("synchronous = FULL", "synchronous = OFF"))),
  },
};

/** Plants the fault of a name; answers how to take it out again. */
export function plant(name: string): () => void {
  const fault = FAULTS[name];
  if (fault === undefined) throw new Error(`there is no fault ${name}`);
  return fault.plant();
}
