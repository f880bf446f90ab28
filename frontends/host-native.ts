// Operations of ports on the host's own behalf.
import { randomBytes } from "node:crypto";
import { callOperation, type Port } from "../ports/port.js";

/** Runs an operation on the host's own behalf, outside any turn. Fails as callOperation does. */
export function callNatively(port: Port, operation: string, parameters: Record<string, unknown>, signal = new AbortController().signal): Promise<unknown> {
  const entropy = randomBytes(32).toString("hex");
  return callOperation(port, operation, parameters, {
    signal, idempotencyKey: entropy.slice(0, 32), stamp: { timeMs: Date.now(), entropy }, cell: "host", progress: () => undefined,
  });
}
