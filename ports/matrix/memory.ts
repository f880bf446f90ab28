// The matrix in memory, gone with the process; and a world that is still empty.
import { type IntrospectionService, memoryReceipts } from "../port.js";
import type { Edge, MatrixStorage } from "./storage.js";

export function memoryMatrix(): MatrixStorage {
  const edges = new Map<string, Edge>();
  const nameOf = (from: string, to: string): string => JSON.stringify([from, to]);
  return {
    receipts: memoryReceipts(),
    read: (from, to) => edges.get(nameOf(from, to)),
    write: (edge) => void edges.set(nameOf(edge.from, edge.to), edge),
    remove: (from, to) => edges.delete(nameOf(from, to)),
    edges: () => [...edges.values()].toSorted((left, right) => byBytes(left.from, right.from) || byBytes(left.to, right.to)),
  };
}

/** A world in which nothing has happened yet. */
export function emptyWorld(): IntrospectionService {
  return { cells: () => [], journal: () => [], budgets: () => [], grants: () => [], genome: () => ({ commit: "", patches: [] }) };
}

function byBytes(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}
