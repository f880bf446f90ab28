// What the operator does by hand, as in the REPL: any operation of any port, outside turns, and journaled all the same.
import { Condition, LispError, type Value } from "../interpreter/index.js";
import { callOperation, PortError } from "../ports/port.js";
import { callOf, passedOn } from "./authorise.js";
import type { EffectRequest } from "./capability.js";
import { canonical, DEEPEST_ANSWER, record } from "./data.js";
import { derive } from "./digest.js";
import { answerFields, failureCondition, failureData, portFailure } from "./effect-record.js";
import type { EffectsWorld } from "./effects.js";
import { boxed, TRUSTED } from "./labels.js";
import { redactedData } from "./redaction.js";
import { toLisp, toPlain } from "./translate.js";
import type { Answer } from "./turn.js";

/** The name that capabilities of the operator's own session carry as their origin. */
export const OPERATOR = "(operator)";

/**
 * Runs what a capability asks for on a person's behalf: no grant, policy or budget stands above a person, but the schema
 * holds, the request is durable before the port runs, and the answer is journaled. What a person asks for is in their
 * hands; what they pass on in a box keeps its labels. Throws LispError where it fails.
 */
export async function operate(world: Pick<EffectsWorld, "database" | "journal" | "clock" | "redact">, request: EffectRequest, signal: AbortSignal): Promise<Value> {
  const call = callOf(0, request, TRUSTED);
  if (call.problem !== undefined) throw new LispError(call.problem);
  const stamp = world.clock.stamp();
  const id = derive(stamp.entropy, "operator").slice(0, 32);
  const { port, operation } = call.capability;
  const data = redactedData(call.data, world.redact);
  const parameters = data === call.data ? call.parameters : toPlain(redactedData(call.request, world.redact), operation.parameters, call.capability.name);
  world.journal.append("operator", "", canonical(record({ act: id, request: data })), stamp);
  await new Promise<void>((resolve) => world.database.whenDurable(resolve));
  const answer = await attempt(call.capability.name, async () => {
    const result = await world.database.deferred(() => callOperation(port, operation.name, parameters, {
      signal, idempotencyKey: id, stamp: { timeMs: stamp.timeMs, entropy: derive(stamp.entropy, "intent") }, cell: OPERATOR, labels: call.labels, progress: () => undefined,
    }));
    const answer = { result: boxed(redactedData(toLisp(result, operation.result), world.redact), passedOn(call)) };
    canonical(answer.result, DEEPEST_ANSWER);
    return answer;
  }, world.redact);
  world.journal.append("operator", "", canonical(record({ act: id, ...answerFields(answer) })));
  if ("failure" in answer) throw new LispError(failureCondition(answer.failure));
  return answer.result;
}

async function attempt(operation: string, work: () => Promise<Answer>, redact: (text: string) => string): Promise<Answer> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof PortError) return { failure: portFailure(error, operation, redact) };
    if (error instanceof LispError && error.payload instanceof Condition) return { failure: failureData(error.payload) };
    throw error;
  }
}
