// Operations of ports on the host's own behalf.
import { randomBytes } from "node:crypto";
import { callOperation, type Labelled, type Port } from "../ports/port.js";

/** Runs an operation on the host's own behalf, outside any turn: nothing is kept from a person, so a result with labels is opened. Fails as callOperation does. */
export async function callNatively(port: Port, operation: string, parameters: Record<string, unknown>, signal = new AbortController().signal): Promise<unknown> {
  const entropy = randomBytes(32).toString("hex");
  const result = await callOperation(port, operation, parameters, {
    signal, idempotencyKey: entropy.slice(0, 32), stamp: { timeMs: Date.now(), entropy }, cell: "host", progress: () => undefined,
  });
  return isLabelled(result) ? result.content : result;
}

function isLabelled(result: unknown): result is Labelled<unknown> {
  return typeof result === "object" && result !== null && Object.keys(result).toSorted().join(" ") === "content labels";
}
