// The matrix port: who may reach whom, and how well it went; and what the agent sees of its own world. Without an edge nobody passes.
import { z } from "zod";
import { type IntrospectionService, operation, type Port, PortError } from "../port.js";
import { estimate, observed, unobserved } from "./evidence.js";
import { introspectionOperations } from "./introspection.js";
import type { Edge, MatrixStorage } from "./storage.js";

export { HALF_LIFE_MS } from "./evidence.js";
export { emptyWorld, memoryMatrix } from "./memory.js";
export { sqliteMatrix } from "./sqlite.js";
export type { Edge, MatrixStorage } from "./storage.js";

export const EDGES_KEPT = 10_000;

export function matrixPort(storage: MatrixStorage, world: IntrospectionService): Port {
  return {
    name: "matrix",
    doc: "Who may reach whom: edges with a weight and what was observed of them, no edge means deny. And what the agent sees of its own world.",
    operations: [allow(storage), deny(storage), allowed(storage), observe(storage), edges(storage), score(storage), ...introspectionOperations(world)],
    derived: storage.derived && {
      tables: storage.derived.tables, operations: ["allow!", "deny!", "observe!"],
      over: (tables) => matrixPort(storage.derived?.over(tables) ?? storage, world),
    },
  };
}

const node = z.string().min(1).max(200).refine((text) => !/[\p{Surrogate}\0]/u.test(text), "A node's name has neither NUL nor half of a surrogate pair");
const weight = z.number().gt(0).max(1);
const measure = z.number().min(0).max(1e12);
const ends = { from: node, to: node };
const line = z.object({
  from: node, to: node, weight, success: z.number(), samples: z.number(), "latency-ms": z.number(), cost: z.number(), score: z.number(),
});

const allow = (storage: MatrixStorage) => operation({
  name: "allow!",
  doc: "Lets `from` reach `to`, with a weight above 0 and at most 1. An edge that stands keeps its observations.",
  parameters: z.object({ ...ends, weight }),
  result: z.object({ added: z.boolean() }),
  outcome: "idempotent",
  accepts: [],
  run: (request, context) => storage.receipts.once(context.idempotencyKey, () => {
    const standing = storage.read(request.from, request.to);
    if (standing === undefined && storage.edges().length >= EDGES_KEPT) {
      throw new PortError("matrix-full", `the matrix has its ${EDGES_KEPT} edges`, { hint: "Deny edges that are no longer needed." });
    }
    const edge = standing ?? unobserved(request.from, request.to, request.weight, context.stamp.timeMs);
    storage.write({ ...edge, weight: request.weight });
    return { added: standing === undefined };
  }),
});

const deny = (storage: MatrixStorage) => operation({
  name: "deny!",
  doc: "Removes the edge and what was observed of it, and answers whether there was one.",
  parameters: z.object(ends),
  result: z.object({ removed: z.boolean() }),
  outcome: "idempotent",
  accepts: [],
  run: (request, context) => storage.receipts.once(context.idempotencyKey, () => ({ removed: storage.remove(request.from, request.to) })),
});

const allowed = (storage: MatrixStorage) => operation({
  name: "allowed?",
  doc: "Whether `from` may reach `to`, and why. Edges have a direction and are not chained.",
  parameters: z.object(ends),
  result: z.object({ allowed: z.boolean(), reason: z.string() }),
  outcome: "pure",
  run: ({ from, to }) => {
    const edge = storage.read(from, to);
    return edge === undefined
      ? { allowed: false, reason: `no edge from ${from} to ${to}` }
      : { allowed: true, reason: `edge from ${from} to ${to} with weight ${edge.weight}` };
  },
});

const observe = (storage: MatrixStorage) => operation({
  name: "observe!",
  doc: "Adds one observation to an edge: whether it succeeded, how long it took, what it cost. Refused without an edge.",
  parameters: z.object({ ...ends, success: z.boolean(), "latency-ms": measure, cost: measure }),
  result: z.object({ samples: z.number() }),
  outcome: "idempotent",
  accepts: [],
  run: (request, context) => storage.receipts.once(context.idempotencyKey, () => {
    const { timeMs } = context.stamp;
    const edge = observed(edgeOf(storage, request), {
      success: request.success, latencyMs: request["latency-ms"], cost: request.cost, timeMs,
    });
    storage.write(edge);
    return { samples: estimate(edge, timeMs).samples };
  }),
});

const edges = (storage: MatrixStorage) => operation({
  name: "edges",
  doc: "All edges in order with what is expected of them; only those from or to a node if given.",
  parameters: z.object({ from: node.optional(), to: node.optional() }),
  result: z.object({ edges: z.array(line) }),
  outcome: "pure",
  run: ({ from, to }, context) => ({
    edges: storage.edges()
      .filter((edge) => (from ?? edge.from) === edge.from && (to ?? edge.to) === edge.to)
      .map((edge) => described(edge, context.stamp.timeMs)),
  }),
});

const score = (storage: MatrixStorage) => operation({
  name: "score",
  doc: "What is expected of an edge: `score` is weight times expected success. Refused without an edge.",
  parameters: z.object(ends),
  result: line,
  outcome: "pure",
  run: (request, context) => described(edgeOf(storage, request), context.stamp.timeMs),
});

function edgeOf(storage: MatrixStorage, { from, to }: { from: string; to: string }): Edge {
  const edge = storage.read(from, to);
  if (edge === undefined) throw new PortError("matrix-no-edge", `no edge from ${from} to ${to}`, { hint: "Allow it first." });
  return edge;
}

function described(edge: Edge, timeMs: number): z.output<typeof line> {
  const { success, samples, latencyMs, cost } = estimate(edge, timeMs);
  return { from: edge.from, to: edge.to, weight: edge.weight, success, samples, "latency-ms": latencyMs, cost, score: edge.weight * success };
}
