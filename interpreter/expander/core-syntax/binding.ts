// let, let*, letrec, letrec*, named let, do, let-values, let*-values and receive.
import { type Core, type Lambda, Variable } from "../../compiler/core.js";
import { isIdentifier, nameOf, type Identifier } from "../identifier.js";
import { call, callBuiltin, conditional, named, procedure, reference, sequence } from "../build.js";
import { expandBody } from "../body.js";
import type { Expander } from "../expander.js";
import type { Form } from "../form.js";
import { Scope } from "../scope.js";
import type { ExpressionSyntax } from "../transformer.js";
import { bindAll, expandClause, expandLambda, type Formals, parseFormals } from "./formals.js";

const BINDINGS = "((name value) ...)";

export const letSyntax: ExpressionSyntax = {
  kind: "expression",
  shape: `(let [loop-name] ${BINDINGS} body ...)`,
  expand(form, scope, expander) {
    if (isIdentifier(form.expect(3).item(1))) return namedLet(form, scope, expander);
    const bindings = parseBindings(form, 1);
    if (bindings.length === 0) return expandBody(form, 2, scope, expander);
    refuseTwice(form, bindings);
    const initialisers = bindings.map((binding) => initialiser(binding, scope, expander));
    const inner = new Scope(scope);
    const variables = bindBindings(bindings, inner);
    return { kind: "let", variables, initialisers, body: expandBody(form, 2, inner, expander) };
  },
};

export const letStar: ExpressionSyntax = {
  kind: "expression",
  shape: `(let* ${BINDINGS} body ...)`,
  expand(form, scope, expander) {
    let inner = scope;
    const bound = parseBindings(form.expect(3), 1).map((binding) => {
      const value = initialiser(binding, inner, expander);
      inner = new Scope(inner);
      return { variables: bindBindings([binding], inner), initialisers: [value] };
    });
    const body = expandBody(form, 2, inner, expander);
    return bound.reduceRight<Core>((rest, { variables, initialisers }) => ({ kind: "let", variables, initialisers, body: rest }), body);
  },
};

export const letrec: ExpressionSyntax = {
  kind: "expression",
  shape: `(letrec ${BINDINGS} body ...)`,
  expand: expandLetrec,
};

export const letrecStar: ExpressionSyntax = {
  kind: "expression",
  shape: `(letrec* ${BINDINGS} body ...)`,
  expand: expandLetrec,
};

export const doSyntax: ExpressionSyntax = {
  kind: "expression",
  shape: "(do ((name initial [step]) ...) (test result ...) command ...)",
  expand(form, scope, expander) {
    const bindings = form.expect(3).part(1).items.map((_, index) => form.part(1).part(index).expect(2, 3));
    refuseTwice(form, bindings);
    const initials = bindings.map((binding) => expander.expandAt(binding, 1, scope));
    const inner = new Scope(scope);
    const parameters = bindBindings(bindings, inner);
    const loop = new Variable("do");
    const exit = form.part(2).expect(1);
    const steps = bindings.map((binding, index) =>
      binding.length === 3 ? expander.expandAt(binding, 2, inner) : reference(parameters[index] as Variable));
    const again = call(reference(loop), steps, form.position);
    const body = conditional(
      expander.expandAt(exit, 0, inner),
      sequence(expander.expandFrom(exit, 1, inner)),
      sequence([...expander.expandFrom(form, 3, inner), again]),
    );
    return callLoop(loop, procedure(parameters, body, { name: "do", position: form.position }), initials, form);
  },
};

export const letValues: ExpressionSyntax = {
  kind: "expression",
  shape: "(let-values ((formals expression) ...) body ...)",
  expand(form, scope, expander) {
    const inner = new Scope(scope);
    const bound = valuesBindings(form).map(({ binding, formals }) => {
      const value = expander.expandAt(binding, 1, scope);
      const again = [...formals.required, ...(formals.rest === undefined ? [] : [formals.rest])].find((name) => inner.binds(name));
      if (again !== undefined) form.bad(`${nameOf(again)} is bound twice`);
      return { value, receiver: receiverIn(inner, formals), binding };
    });
    const body = expandBody(form, 2, inner, expander);
    return bound.reduceRight((rest, { value, receiver, binding }) => receive(value, receiver(rest), binding), body);
  },
};

export const letStarValues: ExpressionSyntax = {
  kind: "expression",
  shape: "(let*-values ((formals expression) ...) body ...)",
  expand(form, scope, expander) {
    let inner = scope;
    const bound = valuesBindings(form).map(({ binding, formals }) => {
      const value = expander.expandAt(binding, 1, inner);
      inner = new Scope(inner);
      return { value, receiver: receiverIn(inner, formals), binding };
    });
    const body = expandBody(form, 2, inner, expander);
    return bound.reduceRight((rest, { value, receiver, binding }) => receive(value, receiver(rest), binding), body);
  },
};

export const receiveSyntax: ExpressionSyntax = {
  kind: "expression",
  shape: "(receive formals expression body ...)",
  expand(form, scope, expander) {
    const value = expander.expandAt(form.expect(4), 2, scope);
    const clause = expandClause(parseFormals(form, 1), form, 3, scope, expander);
    return receive(value, { kind: "lambda", name: "", clauses: [clause] }, form);
  },
};

/** Calls the receiver with the values of an expression. */
export function receive(value: Core, receiver: Core, form: Form): Core {
  return callBuiltin("call-with-values", [procedure([], value), receiver], form.position);
}

function namedLet(form: Form, scope: Scope, expander: Expander): Core {
  const name = form.expect(4).identifier(1);
  const bindings = parseBindings(form, 2);
  const initials = bindings.map((binding) => expander.expandAt(binding, 1, scope));
  const inner = new Scope(scope);
  const [loop] = bindAll([name], inner, [form.writtenAt(1)]) as [Variable];
  const formals = { required: bindings.map((binding) => binding.identifier(0)), rest: undefined, written: bindings.map((binding) => binding.writtenAt(0)) };
  refuseTwice(form, bindings);
  return callLoop(loop, expandLambda(nameOf(name), formals, form, 3, inner, expander), initials, form);
}

function callLoop(loop: Variable, body: Lambda, initials: Core[], form: Form): Core {
  return {
    kind: "letrec", variables: [loop], initialisers: [body],
    body: call(reference(loop), initials, form.position),
  };
}

function expandLetrec(form: Form, scope: Scope, expander: Expander): Core {
  const bindings = parseBindings(form.expect(3), 1);
  refuseTwice(form, bindings);
  const inner = new Scope(scope);
  const variables = bindBindings(bindings, inner);
  const initialisers = bindings.map((binding) => initialiser(binding, inner, expander));
  const body = expandBody(form, 2, inner, expander);
  return variables.length === 0 ? body : { kind: "letrec", variables, initialisers, body };
}

function bindBindings(bindings: readonly Form[], scope: Scope): Variable[] {
  return bindAll(bindings.map((binding) => binding.identifier(0)), scope, bindings.map((binding) => binding.writtenAt(0)));
}

function parseBindings(form: Form, index: number): Form[] {
  const list = form.part(index);
  return list.items.map((_, position) => list.part(position).expect(2, 2));
}

function initialiser(binding: Form, scope: Scope, expander: Expander): Core {
  return named(nameOf(binding.identifier(0)), expander.expandAt(binding, 1, scope));
}

function refuseTwice(form: Form, bindings: readonly Form[]): void {
  const seen = new Set<Identifier>();
  for (const binding of bindings) {
    const identifier = binding.identifier(0);
    if (seen.has(identifier)) form.bad(`${nameOf(identifier)} is bound twice`, binding.position);
    seen.add(identifier);
  }
}

function valuesBindings(form: Form): { binding: Form; formals: Formals }[] {
  return parseBindings(form.expect(3), 1).map((binding) => ({ binding, formals: parseFormals(binding, 0) }));
}

function receiverIn(scope: Scope, formals: Formals): (body: Core) => Core {
  const parameters = bindAll(formals.required, scope);
  const rest = formals.rest === undefined ? undefined : bindAll([formals.rest], scope)[0];
  return (body) => procedure(parameters, body, { rest });
}
