// A definitional interpreter of the language's core, to judge the compiler by: continuation-passing, over data, as plain as can be.
import { builtinOf, Condition, type Environment, EOF, itemsOf, LispError, LispSymbol, listFrom, MultipleValues, NIL, Pair, UNSPECIFIED, type Value } from "../../interpreter/index.js";

/** How a run ended: with the value of its last form, or with what was raised and not handled. */
export type Ending = { readonly value: Value } | { readonly raised: Value } | { readonly endless: true };

/** Runs forms that were read. Native procedures are taken from the environment; control and syntax are here. */
export function runDefinitional(forms: readonly Value[], natives: Environment, mostSteps: number): Ending {
  let step: Step = body(forms, new Scope(natives), { winders: null, handlers: null, parameters: new Map() }, (value) => ({ value }));
  for (let steps = 0; steps < mostSteps; steps++) {
    if (typeof step !== "function") return step;
    step = step();
  }
  return { endless: true };
}

/** The rest of the run: the next thunk, or how it ended. */
type Step = Ending | (() => Step);
type Continuation = (value: Value) => Step;

/** What a continuation has besides its code: extents to leave, innermost first, and handlers, innermost first. */
interface Dynamic {
  readonly winders: Winder | null;
  readonly handlers: Handler | null;
  /** What parameterize has bound. */
  readonly parameters: ReadonlyMap<Procedure, Value>;
}

interface Winder {
  readonly before: Value;
  readonly after: Value;
  /** Where dynamic-wind was called. */
  readonly home: Dynamic;
  readonly next: Winder | null;
  readonly depth: number;
}

interface Handler {
  readonly handle: Procedure;
  readonly next: Handler | null;
}

/** A procedure of the interpreted program. */
class Procedure {
  constructor(readonly call: (operands: Value[], dynamic: Dynamic, k: Continuation) => Step) {}
}

class Scope {
  private readonly variables = new Map<LispSymbol, Value>();
  constructor(private readonly parent: Scope | Environment) {}

  define(name: LispSymbol, value: Value): void {
    this.variables.set(name, value);
  }

  get(name: LispSymbol): Value {
    const found = this.variables.get(name);
    if (found !== undefined) return found === UNINITIALISED ? refuse("uninitialised") : found;
    if (this.parent instanceof Scope) return this.parent.get(name);
    const control = CONTROL.get(name.name);
    if (control !== undefined) return control;
    const binding = this.parent.lookup(name);
    return (binding !== undefined && "value" in binding ? binding.value : undefined) ?? refuse("unbound-variable");
  }

  set(name: LispSymbol, value: Value): void {
    if (this.variables.has(name)) this.variables.set(name, value);
    else if (this.parent instanceof Scope) this.parent.set(name, value);
    else refuse("unbound-variable");
  }
}

const UNINITIALISED: Value = {};

function refuse(code: string): never {
  throw new LispError(new Condition(code, code));
}

/** What native code throws is raised. */
function attempt(work: () => Value, dynamic: Dynamic, k: Continuation): Step {
  let value: Value;
  try {
    value = work();
  } catch (error) {
    if (error instanceof LispError) return raise(error.payload, false, dynamic, k);
    throw error;
  }
  return () => k(value);
}

function evaluate(form: Value, scope: Scope, dynamic: Dynamic, k: Continuation): Step {
  if (form instanceof LispSymbol) return attempt(() => scope.get(form), dynamic, k);
  if (!(form instanceof Pair)) return k(form);
  const items = itemsOf(form) as Value[];
  const syntax = form.car instanceof LispSymbol ? SYNTAX.get(form.car.name) : undefined;
  if (syntax !== undefined) return syntax(items, scope, dynamic, k);
  // A variable in operator position is read after the operands.
  const [operator, ...operands] = items as [Value, ...Value[]];
  if (!(operator instanceof LispSymbol)) return each(items, scope, dynamic, ([procedure, ...values]) => apply(procedure as Value, values, dynamic, k));
  return each(operands, scope, dynamic, (values) => evaluate(operator, scope, dynamic, (procedure) => apply(procedure, values, dynamic, k)));
}

/** The values of the forms, evaluated from left to right. */
function each(forms: readonly Value[], scope: Scope, dynamic: Dynamic, k: (values: Value[]) => Step): Step {
  const [first, ...rest] = forms;
  if (first === undefined) return k([]);
  return () => evaluate(first, scope, dynamic, (value) => each(rest, scope, dynamic, (values) => k([value, ...values])));
}

function sequence(forms: readonly Value[], scope: Scope, dynamic: Dynamic, k: Continuation): Step {
  const [first, ...rest] = forms;
  if (first === undefined) return k(UNSPECIFIED);
  if (rest.length === 0) return () => evaluate(first, scope, dynamic, k);
  return () => evaluate(first, scope, dynamic, () => sequence(rest, scope, dynamic, k));
}

/** Forms with definitions among them: the names are there from the start, without values. */
function body(forms: readonly Value[], scope: Scope, dynamic: Dynamic, k: Continuation): Step {
  for (const form of forms) if (isDefinition(form)) scope.define(definedName(form), UNINITIALISED);
  return sequence(forms, scope, dynamic, k);
}

/** The definition of a name or a procedure; records are defined before anything uses them. */
function isDefinition(form: Value): form is Pair {
  return form instanceof Pair && form.car === LispSymbol.intern("define");
}

function definedName(form: Pair): LispSymbol {
  const target = (form.cdr as Pair).car;
  return (target instanceof Pair ? target.car : target) as LispSymbol;
}

function apply(procedure: Value, operands: Value[], dynamic: Dynamic, k: Continuation): Step {
  if (procedure instanceof Procedure) return () => procedure.call(operands, dynamic, k);
  return attempt(() => (builtinOf(procedure)?.procedure ?? refuse("not-a-procedure"))(...operands), dynamic, k);
}

function lambda(parameters: Value, forms: readonly Value[], scope: Scope): Procedure {
  return new Procedure((operands, dynamic, k) => {
    const inner = new Scope(scope);
    const left = [...operands];
    let rest = parameters;
    for (; rest instanceof Pair; rest = rest.cdr) {
      const operand = left.shift();
      if (operand === undefined) return raise(new Condition("wrong-arity", ""), false, dynamic, k);
      inner.define(rest.car as LispSymbol, operand);
    }
    if (rest instanceof LispSymbol) inner.define(rest, listFrom(left));
    else if (left.length > 0) return raise(new Condition("wrong-arity", ""), false, dynamic, k);
    return body(forms, inner, dynamic, k);
  });
}

/** Calls the innermost handler where the object is raised, with the handlers outside its own. */
function raise(payload: Value, continuable: boolean, dynamic: Dynamic, k: Continuation): Step {
  const { handlers } = dynamic;
  if (handlers === null) return { raised: payload };
  const outside = { ...dynamic, handlers: handlers.next };
  return handlers.handle.call([payload], outside, (value) => (continuable ? k(value) : raise(new Condition("not-continuable", ""), false, outside, k)));
}

/** Leaves and enters the extents between two places, then goes on at the second. */
function rewind(from: Winder | null, to: Winder | null, go: () => Step): Step {
  if (from === to) return go();
  if (to === null || (from !== null && from.depth >= to.depth))
    return apply((from as Winder).after, [], (from as Winder).home, () => rewind((from as Winder).next, to, go));
  return rewind(from, to.next, () => apply(to.before, [], to.home, go));
}

type Syntax = (items: Value[], scope: Scope, dynamic: Dynamic, k: Continuation) => Step;

function bindings(list: Value): { names: LispSymbol[]; forms: Value[] } {
  const pairs = (itemsOf(list) as Pair[]).map((pair) => itemsOf(pair) as Value[]);
  return { names: pairs.map(([name]) => name as LispSymbol), forms: pairs.map(([, form]) => form as Value) };
}

const letSyntax: Syntax = ([, first, ...rest], scope, dynamic, k) => {
  if (first instanceof LispSymbol) {
    const { names, forms } = bindings(rest[0] as Value);
    const inner = new Scope(scope);
    const procedure = lambda(listFrom(names), rest.slice(1), inner);
    inner.define(first, procedure);
    return each(forms, scope, dynamic, (values) => procedure.call(values, dynamic, k));
  }
  const { names, forms } = bindings(first as Value);
  return each(forms, scope, dynamic, (values) => lambda(listFrom(names), rest, scope).call(values, dynamic, k));
};

const letInOrder: Syntax = ([, list, ...forms], scope, dynamic, k) => {
  const inner = new Scope(scope);
  const { names, forms: initialisers } = bindings(list as Value);
  for (const name of names) inner.define(name, UNINITIALISED);
  const next = (index: number): Step => {
    const name = names[index];
    if (name === undefined) return body(forms, new Scope(inner), dynamic, k);
    return evaluate(initialisers[index] as Value, inner, dynamic, (value) => {
      inner.define(name, value);
      return next(index + 1);
    });
  };
  return next(0);
};

const letStar: Syntax = ([head, list, ...forms], scope, dynamic, k) => {
  const [first, ...rest] = itemsOf(list as Value) as Value[];
  if (first === undefined) return body(forms, new Scope(scope), dynamic, k);
  const [name, form] = itemsOf(first) as [LispSymbol, Value];
  return evaluate(form, scope, dynamic, (value) => {
    const inner = new Scope(scope);
    inner.define(name, value);
    return letStar([head as Value, listFrom(rest), ...forms], inner, dynamic, k);
  });
};

const guard: Syntax = ([, specification, ...forms], scope, dynamic, k) => {
  const [name, ...clauses] = itemsOf(specification as Value) as [LispSymbol, ...Value[]];
  const handle = new Procedure(([payload], there, resume) => rewind(there.winders, dynamic.winders, () => {
    const inner = new Scope(scope);
    inner.define(name, payload as Value);
    const again = () => rewind(dynamic.winders, there.winders, () => raise(payload as Value, true, there, resume));
    return conditional(clauses, inner, dynamic, k, again);
  }));
  return body(forms, new Scope(scope), { ...dynamic, handlers: { handle, next: dynamic.handlers } }, k);
};

function conditional(clauses: readonly Value[], scope: Scope, dynamic: Dynamic, k: Continuation, otherwise: () => Step): Step {
  const [clause, ...rest] = clauses;
  if (clause === undefined) return otherwise();
  const [test, ...forms] = itemsOf(clause) as [Value, ...Value[]];
  if (test === LispSymbol.intern("else")) return sequence(forms, scope, dynamic, k);
  return evaluate(test, scope, dynamic, (value) => {
    if (value === false) return conditional(rest, scope, dynamic, k, otherwise);
    return forms.length === 0 ? k(value) : sequence(forms, scope, dynamic, k);
  });
}

const doLoop: Syntax = ([, list, end, ...commands], scope, dynamic, k) => {
  const variables = (itemsOf(list as Value) as Pair[]).map((each) => itemsOf(each) as [LispSymbol, Value, Value | undefined]);
  const [test, ...results] = itemsOf(end as Value) as [Value, ...Value[]];
  const turn = (values: readonly Value[]): Step => {
    const inner = new Scope(scope);
    variables.forEach(([name], index) => inner.define(name, values[index] as Value));
    return evaluate(test, inner, dynamic, (value) => {
      if (value !== false) return sequence(results, inner, dynamic, k);
      return sequence(commands, inner, dynamic, () => each(variables.map(([name, , step]) => step ?? name), inner, dynamic, turn));
    });
  };
  return each(variables.map(([, initial]) => initial), scope, dynamic, turn);
};

const caseOf: Syntax = ([, key, ...clauses], scope, dynamic, k) => evaluate(key as Value, scope, dynamic, (value) => {
  for (const clause of clauses) {
    const [data, ...forms] = itemsOf(clause) as [Value, ...Value[]];
    if (data === LispSymbol.intern("else") || (itemsOf(data) as Value[]).includes(value)) return sequence(forms, scope, dynamic, k);
  }
  return k(UNSPECIFIED);
});

const parameterize: Syntax = ([, list, ...forms], scope, dynamic, k) => {
  const { names, forms: values } = bindings(list as Value);
  return each([...names, ...values], scope, dynamic, (all) => {
    const parameters = new Map(dynamic.parameters);
    names.forEach((_, index) => parameters.set(all[index] as Procedure, all[names.length + index] as Value));
    return body(forms, new Scope(scope), { ...dynamic, parameters }, k);
  });
};

/** A record's fields, in the order of the type's declaration. */
class Instance {
  constructor(readonly type: LispSymbol, readonly fields: Map<LispSymbol, Value>) {}
}

const defineRecord: Syntax = ([, type, constructor, predicate, ...fields], scope, _dynamic, k) => {
  const isInstance = (value: Value | undefined): value is Instance => value instanceof Instance && value.type === type;
  const [make, ...names] = itemsOf(constructor as Value) as LispSymbol[];
  scope.define(make as LispSymbol, control((values, _there, next) => next(new Instance(type as LispSymbol, new Map(names.map((name, index) => [name, values[index] as Value]))))));
  scope.define(predicate as LispSymbol, control(([value], _there, next) => next(isInstance(value))));
  for (const field of fields) {
    const [name, get, set] = itemsOf(field) as LispSymbol[];
    const access = (use: (instance: Instance, value: Value) => Value): Procedure => control(([instance, value], there, next) =>
      isInstance(instance) ? next(use(instance, value as Value)) : raise(new Condition("wrong-type", ""), false, there, next));
    scope.define(get as LispSymbol, access((instance) => instance.fields.get(name as LispSymbol) as Value));
    if (set !== undefined) scope.define(set, access((instance, value) => {
      instance.fields.set(name as LispSymbol, value);
      return UNSPECIFIED;
    }));
  }
  return k(UNSPECIFIED);
};

const SYNTAX = new Map<string, Syntax>([
  ["quote", ([, datum], _scope, _dynamic, k) => k(datum as Value)],
  ["lambda", ([, parameters, ...forms], scope, _dynamic, k) => k(lambda(parameters as Value, forms, scope))],
  ["if", ([, test, yes, no], scope, dynamic, k) => evaluate(test as Value, scope, dynamic, (value) =>
    value !== false ? evaluate(yes as Value, scope, dynamic, k) : no === undefined ? k(UNSPECIFIED) : evaluate(no, scope, dynamic, k))],
  ["define", ([, target, ...forms], scope, dynamic, k) => {
    const define = (name: LispSymbol, value: Value): Step => {
      scope.define(name, value);
      return k(UNSPECIFIED);
    };
    if (target instanceof Pair) return define(target.car as LispSymbol, lambda(target.cdr, forms, scope));
    return evaluate(forms[0] as Value, scope, dynamic, (value) => define(target as LispSymbol, value));
  }],
  ["set!", ([, name, form], scope, dynamic, k) => evaluate(form as Value, scope, dynamic, (value) => attempt(() => {
    scope.set(name as LispSymbol, value);
    return UNSPECIFIED;
  }, dynamic, k))],
  ["begin", ([, ...forms], scope, dynamic, k) => sequence(forms, scope, dynamic, k)],
  ["let", letSyntax],
  ["let*", letStar],
  ["letrec", letInOrder],
  ["letrec*", letInOrder],
  ["guard", guard],
  ["do", doLoop],
  ["case", caseOf],
  ["parameterize", parameterize],
  ["define-record-type", defineRecord],
  ["when", ([, test, ...forms], scope, dynamic, k) => evaluate(test as Value, scope, dynamic, (value) => (value === false ? k(UNSPECIFIED) : sequence(forms, scope, dynamic, k)))],
  ["unless", ([, test, ...forms], scope, dynamic, k) => evaluate(test as Value, scope, dynamic, (value) => (value === false ? sequence(forms, scope, dynamic, k) : k(UNSPECIFIED)))],
  ["cond", ([, ...clauses], scope, dynamic, k) => conditional(clauses, scope, dynamic, k, () => k(UNSPECIFIED))],
  ["and", ([, ...forms], scope, dynamic, k) => {
    const [first, ...rest] = forms;
    if (first === undefined) return k(true);
    return evaluate(first, scope, dynamic, (value) => (value === false || rest.length === 0 ? k(value) : evaluate(new Pair(LispSymbol.intern("and"), listFrom(rest)), scope, dynamic, k)));
  }],
  ["or", ([, ...forms], scope, dynamic, k) => {
    const [first, ...rest] = forms;
    if (first === undefined) return k(false);
    return evaluate(first, scope, dynamic, (value) => (value !== false || rest.length === 0 ? k(value) : evaluate(new Pair(LispSymbol.intern("or"), listFrom(rest)), scope, dynamic, k)));
  }],
]);

function control(call: (operands: Value[], dynamic: Dynamic, k: Continuation) => Step): Procedure {
  return new Procedure(call);
}

function delivered(value: Value): Value[] {
  return value instanceof MultipleValues ? [...value.items] : [value];
}

const callWithContinuation = control(([receiver], dynamic, k) => {
  const continuation = control((values, there) => rewind(there.winders, dynamic.winders, () => k(values.length === 1 ? (values[0] as Value) : new MultipleValues(values))));
  return apply(receiver as Value, [continuation], dynamic, k);
});

const CONTROL = new Map<string, Procedure>([
  ["call/cc", callWithContinuation],
  ["call-with-current-continuation", callWithContinuation],
  ["values", control((values, _dynamic, k) => k(values.length === 1 ? (values[0] as Value) : new MultipleValues(values)))],
  ["call-with-values", control(([producer, consumer], dynamic, k) => apply(producer as Value, [], dynamic, (value) => apply(consumer as Value, delivered(value), dynamic, k)))],
  ["dynamic-wind", control(([before, thunk, after], dynamic, k) => apply(before as Value, [], dynamic, () => {
    const { winders } = dynamic;
    const winder: Winder = { before: before as Value, after: after as Value, home: dynamic, next: winders, depth: (winders?.depth ?? 0) + 1 };
    return apply(thunk as Value, [], { ...dynamic, winders: winder }, (value) => apply(after as Value, [], dynamic, () => k(value)));
  }))],
  ["with-exception-handler", control(([handler, thunk], dynamic, k) => {
    const handle = handler instanceof Procedure ? handler : control((operands, there, next) => apply(handler as Value, operands, there, next));
    return apply(thunk as Value, [], { ...dynamic, handlers: { handle, next: dynamic.handlers } }, k);
  })],
  ["raise", control(([payload], dynamic, k) => raise(payload as Value, false, dynamic, k))],
  ["raise-continuable", control(([payload], dynamic, k) => raise(payload as Value, true, dynamic, k))],
  ["error", control((_operands, dynamic, k) => raise(new Condition("user-error", ""), false, dynamic, k))],
  ["make-parameter", control(([initial], _dynamic, k) => {
    const parameter: Procedure = control((_operands, there, next) => next(there.parameters.get(parameter) ?? (initial as Value)));
    return k(parameter);
  })],
  ["procedure?", control(([value], _dynamic, k) => k(value instanceof Procedure || typeof value === "function"))],
  ["apply", control(([procedure, ...operands], dynamic, k) => {
    const list = itemsOf(operands.pop() ?? EOF);
    return list === undefined ? raise(new Condition("wrong-type", ""), false, dynamic, k) : apply(procedure as Value, [...operands, ...list], dynamic, k);
  })],
  ["map", control(([procedure, list], dynamic, k) => mapped(procedure as Value, list as Value, [], dynamic, (values) => k(listFrom(values))))],
  ["for-each", control(([procedure, list], dynamic, k) => mapped(procedure as Value, list as Value, [], dynamic, () => k(UNSPECIFIED)))],
]);

function mapped(procedure: Value, list: Value, done: readonly Value[], dynamic: Dynamic, k: (values: readonly Value[]) => Step): Step {
  if (!(list instanceof Pair)) return list === NIL ? k(done) : raise(new Condition("wrong-type", ""), false, dynamic, () => k(done));
  return apply(procedure, [list.car], dynamic, (value) => mapped(procedure, list.cdr, [...done, value], dynamic, k));
}
