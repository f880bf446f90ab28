// The swarm port: children with a part of their parent's authority, and peers.
import type { ChildService, Port } from "../port.js";
import { type Peer, swarmOperations } from "./operations.js";

export { type ChildContext, memoryChildren, type MemoryChildrenOptions } from "./memory.js";
export type { Peer } from "./operations.js";

export interface SwarmOptions {
  /** Names of all operations that a child could be given, such as "store/get". */
  readonly known: () => readonly string[];
  /** Other agents that can be reached now; none unless given. */
  readonly peers?: () => readonly Peer[];
}

export function swarmPort(children: ChildService, { known, peers = () => [] }: SwarmOptions): Port {
  return { name: "swarm", doc: "Children with a part of their parent's authority, and peers.", operations: swarmOperations(children, known, peers) };
}
