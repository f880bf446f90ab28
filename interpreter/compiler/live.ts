// Which variables the rest of a block still needs: what a frame must save at each call that comes back.
import type { Analysis } from "./analyse.js";
import type { Block, Call, End, Simple, Step } from "./block.js";
import type { Lambda, Variable } from "./core.js";

/** Told how many variables a place keeps, before its text is made of them. */
export type OnKept = (count: number) => void;

/** Fills `live` of every bind and label of the block; answers what the whole block needs. */
export function markLive(block: Block, analysis: Analysis, onKept: OnKept): ReadonlySet<Variable> {
  const live = new Set<Variable>();
  addEnd(block.end, live, analysis);
  for (let index = block.steps.length - 1; index >= 0; index--) markStep(block.steps[index] as Step, live, analysis, onKept);
  return live;
}

/** Goes back over a step: `live` is what is needed behind it, and then what is needed before it. */
function markStep(step: Step, live: Set<Variable>, analysis: Analysis, onKept: OnKept): void {
  switch (step.kind) {
    case "bind":
      if (step.variable !== undefined) live.delete(step.variable);
      onKept(live.size);
      step.live = [...live];
      addCall(step.call, live, analysis);
      break;
    case "let":
      live.delete(step.variable);
      addSimple(step.value, live, analysis);
      break;
    case "burn": break;
    case "effect": addSimple(step.value, live, analysis); break;
    case "when":
      addAll(live, markLive(step.block, analysis, onKept));
      addSimple(step.test, live, analysis);
      break;
    case "join":
      if (step.label.variable !== undefined) live.delete(step.label.variable);
      onKept(live.size);
      step.label.live = [...live];
      addAll(live, markLive(step.block, analysis, onKept));
      break;
    case "procedures":
      for (const lambda of step.lambdas) addCaptured(lambda, live, analysis);
      for (const variable of step.variables) live.delete(variable);
      break;
  }
}

function addEnd(end: End, live: Set<Variable>, analysis: Analysis): void {
  if (end.kind === "tail-call") addCall(end.call, live, analysis);
  else if (end.value !== undefined) addSimple(end.value, live, analysis);
  if (end.kind === "jump") addAll(live, end.label.live ?? []);
}

function addAll(live: Set<Variable>, more: Iterable<Variable>): void {
  for (const variable of more) live.add(variable);
}

function addCaptured(lambda: Lambda, live: Set<Variable>, analysis: Analysis): void {
  addAll(live, analysis.captured(lambda));
}

function addCall(call: Call, live: Set<Variable>, analysis: Analysis): void {
  addSimple(call.operator, live, analysis);
  for (const operand of call.operands) addSimple(operand, live, analysis);
}

function addSimple(value: Simple, live: Set<Variable>, analysis: Analysis): void {
  switch (value.kind) {
    case "constant": case "global": return;
    case "local": {
      const lifted = analysis.isKnown(value.variable) ? analysis.lambdaOf(value.variable) : undefined;
      if (lifted === undefined) live.add(value.variable);
      else addCaptured(lifted, live, analysis);
      return;
    }
    case "primitive": for (const operand of value.operands) addSimple(operand, live, analysis); return;
    case "choose":
      addSimple(value.test, live, analysis);
      addSimple(value.consequent, live, analysis);
      addSimple(value.alternative, live, analysis);
      return;
    case "closure": addCaptured(value.lambda, live, analysis); return;
    case "set-local": live.add(value.variable); addSimple(value.value, live, analysis); return;
    case "set-global": case "define": addSimple(value.value, live, analysis); return;
  }
}
