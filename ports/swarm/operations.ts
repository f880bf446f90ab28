// The swarm's operations: children that work with a part of their parent's authority, and peers.
import { z } from "zod";
import { type ChildService, datum, labelled, type Operation, operation, PortError, withLabels } from "../port.js";
import { awaited, Waits } from "./delivery.js";

const child = z.string().min(1).max(500);
const amount = z.int().min(0).optional();
const DATUM_CHARACTERS = 1 << 20;
const LONGEST_WAIT_MS = 24 * 3_600_000;

export interface Peer {
  readonly peer: string;
  readonly doc: string;
}

/** `known` are the names of all operations there are, such as "store/get". */
export function swarmOperations(children: ChildService, known: () => readonly string[], peers: () => readonly Peer[]): Operation[] {
  return [spawn(children, known), send(children), wait(children), cancel(children), listPeers(peers)];
}

const spawn = (children: ChildService, known: () => readonly string[]): Operation => operation({
  name: "spawn",
  doc: "Starts a child on a task with these operations and no others, such as \"store/get\"; none gives it none. It never gets more than its parent has, and may be bound to a time and to what it uses in all.",
  parameters: z.object({
    task: datum.max(DATUM_CHARACTERS).meta({ lisp: "datum" }), operations: z.array(z.string().max(200)).max(500),
    "until-ms": z.int().min(0).optional(), budget: z.object({ calls: amount, tokens: amount, "usd-cents": amount, bytes: amount, milliseconds: amount }).optional(),
  }),
  result: z.object({ child }),
  outcome: "idempotent",
  accepts: ["model"],
  keepsLabels: true,
  cost: () => ({ calls: 1 }),
  run: async ({ task, operations, budget, ...request }, { cell, idempotencyKey, labels }) => {
    const names = new Set(known());
    const unknown = operations.find((name) => !names.has(name));
    if (unknown !== undefined) throw new PortError("swarm-unknown-capability", `there is no operation ${unknown}`, { hint: "Operations are named port/operation, such as store/get." });
    const limits = budget === undefined ? undefined : { calls: budget.calls, tokens: budget.tokens, usdCents: budget["usd-cents"], bytes: budget.bytes, milliseconds: budget.milliseconds };
    return { child: await children.spawn({ parent: cell, task, operations: [...new Set(operations)], idempotencyKey, labels, untilMs: request["until-ms"], budget: limits }) };
  },
});

const send = (children: ChildService): Operation => operation({
  name: "send!",
  doc: "Puts a message into the mailbox of a child of one's own.",
  parameters: z.object({ child, message: datum.max(DATUM_CHARACTERS).meta({ lisp: "datum" }) }),
  result: z.object({ sent: z.literal(true) }),
  // The service takes no idempotency key, so a second send could be a second message.
  outcome: "unknown",
  accepts: { any: "the child reads the message with its labels" },
  keepsLabels: true,
  run: async ({ child, message }, { cell, labels }) => {
    await children.send({ parent: cell, child }, message, labels);
    return { sent: true as const };
  },
});

const wait = (children: ChildService): Operation => {
  const waits = new Waits();
  return operation({
    name: "await",
    doc: "Waits for the answer of a child of one's own, at most so long. Not done: it still works, and can be awaited again. An answer is delivered once.",
    parameters: z.object({ child, "timeout-ms": z.int().min(0).max(LONGEST_WAIT_MS).default(60_000) }),
    result: z.object({ done: z.boolean(), answer: labelled(datum).optional() }),
    outcome: "idempotent",
    accepts: { any: "it only waits, and the answer has labels of its own" },
    cost: (request) => ({ calls: 1, milliseconds: request["timeout-ms"] }),
    run: async (request, { cell, idempotencyKey, signal }) => {
      const kin = { parent: cell, child: request.child };
      const delivery = await waits.once(kin, idempotencyKey, () => awaited((ended) => children.result(kin, idempotencyKey, ended), request["timeout-ms"], signal));
      return delivery.done ? { done: true, answer: withLabels(delivery.answer, delivery.labels) } : delivery;
    },
  });
};

const cancel = (children: ChildService): Operation => operation({
  name: "cancel!",
  doc: "Stops a child of one's own if it still works. Its answer, if it gave none before, never comes.",
  parameters: z.object({ child }),
  result: z.object({ child }),
  outcome: "idempotent",
  accepts: ["model"],
  run: async ({ child }, { cell }) => {
    await children.cancel({ parent: cell, child });
    return { child };
  },
});

const listPeers = (peers: () => readonly Peer[]): Operation => operation({
  name: "peers",
  doc: "Other agents that can be reached now.",
  parameters: z.object({}),
  result: z.array(z.object({ peer: z.string(), doc: z.string() })),
  outcome: "pure",
  run: () => [...peers()],
});
