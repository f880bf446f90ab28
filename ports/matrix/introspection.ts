// What the agent may see of its own world: its cells, journal, budgets, grants, genome and time.
import { z } from "zod";
import { type IntrospectionService, labelled, type Operation, operation, withLabels } from "../port.js";

const MOST_CELLS = 1_000;
const MOST_ENTRIES = 1_000;
const count = z.int().min(0);

/** All are `pure`: each answer is a receipt, so a replay sees the world as the turn saw it. */
export function introspectionOperations(world: IntrospectionService): Operation[] {
  return [cells(world), journal(world), budgets(world), grants(world), genome(world), time];
}

const cells = (world: IntrospectionService): Operation => operation({
  name: "cells",
  doc: "The cells of this agent by name, those after a name if one is given: what waits in each mailbox, whether a turn is under way, and why one is quarantined.",
  parameters: z.object({ limit: z.int().min(1).max(MOST_CELLS).default(100), after: z.string().default("") }),
  result: z.array(z.object({ cell: z.string(), mailbox: count, running: z.boolean(), "state-hash": z.string(), quarantine: z.string().optional() })),
  outcome: "pure",
  produces: "journal",
  run: ({ limit, after }) => [...world.cells(limit, after)],
});

const journal = (world: IntrospectionService): Operation => operation({
  name: "journal",
  doc: "The last entries of the journal, oldest first, up to a sequence if one is given. What they tell may come from outside.",
  parameters: z.object({ limit: z.int().min(1).max(MOST_ENTRIES).default(20), until: count.optional() }),
  result: z.array(z.object({
    sequence: count, kind: z.string(), cell: z.string(), "time-ms": z.int(), hash: z.string(), body: z.string(),
  })),
  outcome: "pure",
  produces: "journal",
  run: ({ limit, until }) => [...world.journal(limit, until ?? Number.MAX_SAFE_INTEGER)],
});

const budgets = (world: IntrospectionService): Operation => operation({
  name: "budgets",
  doc: "What was used of each budget, by account, period and dimension.",
  parameters: z.object({}),
  result: z.array(z.object({ account: z.string(), period: z.string(), dimension: z.string(), used: labelled(z.number()) })),
  outcome: "pure",
  run: () => world.budgets().map(({ used, labels, ...budget }) => ({ ...budget, used: withLabels(used, labels) })),
});

const grants = (world: IntrospectionService): Operation => operation({
  name: "grants",
  doc: "What each library of the genome in force may do, and within which restrictions.",
  parameters: z.object({}),
  result: z.array(z.object({ library: z.string(), operation: z.string(), restrictions: z.array(z.string()) })),
  outcome: "pure",
  run: () => world.grants().map((grant) => ({ ...grant, restrictions: [...grant.restrictions] })),
});

const genome = (world: IntrospectionService): Operation => operation({
  name: "genome",
  doc: "The genome in force: its commit, and the hot patches over it. A turn under way may run on an earlier one.",
  parameters: z.object({}),
  result: z.object({ commit: z.string(), patches: z.array(z.object({ library: z.string(), name: z.string() })) }),
  outcome: "pure",
  run: () => {
    const { commit, patches } = world.genome();
    return { commit, patches: patches.map(({ library, name }) => ({ library, name })) };
  },
});

const time: Operation = operation({
  name: "time",
  doc: "The time of this effect, in milliseconds since the epoch.",
  parameters: z.object({}),
  result: z.object({ "time-ms": z.int() }),
  outcome: "pure",
  run: (_, { stamp }) => ({ "time-ms": stamp.timeMs }),
});
