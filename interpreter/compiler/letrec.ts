// The order in which a letrec* binds: procedures together, other values in turn, and boxes only where a name is read too early.
import { addParts } from "./analyse.js";
import type { Core, Lambda, RecursiveBinding, Variable } from "./core.js";

/** One step of a letrec*: a group of procedures that may name each other, a plain value, or a value stored in a box made before. */
export type LetrecStep =
  | { readonly kind: "procedures"; readonly variables: readonly Variable[]; readonly lambdas: readonly Lambda[] }
  | { readonly kind: "value"; readonly variable: Variable; readonly initialiser: Core }
  | { readonly kind: "store"; readonly variable: Variable; readonly initialiser: Core };

export interface LetrecPlan {
  /** Variables that need a box from the start, because something may read them before they have a value. */
  readonly boxed: readonly Variable[];
  readonly steps: readonly LetrecStep[];
}

/** Plans a letrec* (after Ghuloum and Dybvig, *Fixing Letrec (reloaded)*, 2009, simplified). Marks boxed variables assigned. */
export function planLetrec(node: RecursiveBinding): LetrecPlan {
  const initialiserOf = new Map(node.variables.map((variable, index) => [variable, node.initialisers[index] as Core]));
  const isProcedure = (variable: Variable) => initialiserOf.get(variable)?.kind === "lambda" && !variable.assigned;
  const references = new Map<Variable, Variable[]>();
  for (const [variable, initialiser] of initialiserOf)
    references.set(variable, mentioned(initialiser).filter((each) => initialiserOf.has(each)));
  const ready = new Set<Variable>();
  const boxed = new Set<Variable>(node.variables.filter((variable) => variable.assigned));
  const steps: LetrecStep[] = [];
  for (const variable of node.variables) {
    if (isProcedure(variable)) continue;
    const needed = reachable(variable, references, isProcedure);
    for (const each of needed) if (!isProcedure(each) && !ready.has(each)) boxed.add(each);
    addProcedures(needed.filter((each) => isProcedure(each) && !ready.has(each)));
    steps.push({ kind: boxed.has(variable) ? "store" : "value", variable, initialiser: initialiserOf.get(variable) as Core });
    ready.add(variable);
  }
  addProcedures(node.variables.filter((each) => isProcedure(each) && !ready.has(each)));
  for (const variable of boxed) variable.assigned = variable.mayBeUninitialised = true;
  return { boxed: [...boxed], steps };

  function addProcedures(variables: readonly Variable[]): void {
    if (variables.length === 0) return;
    for (const variable of variables) ready.add(variable);
    steps.push({ kind: "procedures", variables, lambdas: variables.map((each) => initialiserOf.get(each) as Lambda) });
  }
}

/** What evaluating a variable's initialiser may read: directly, or through the procedures that it names. */
function reachable(start: Variable, references: ReadonlyMap<Variable, Variable[]>, isProcedure: (variable: Variable) => boolean): Variable[] {
  const found = new Set<Variable>();
  const pending = [...(references.get(start) ?? [])];
  for (let variable = pending.pop(); variable !== undefined; variable = pending.pop()) {
    if (found.has(variable)) continue;
    found.add(variable);
    if (isProcedure(variable)) pending.push(...(references.get(variable) ?? []));
  }
  return [...found];
}

function mentioned(core: Core): Variable[] {
  const found = new Set<Variable>();
  const pending: Core[] = [core];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (node.kind === "local" || node.kind === "set-local") found.add(node.variable);
    addParts(node, pending);
  }
  return [...found];
}
