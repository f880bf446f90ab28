// lambda, named-lambda and case-lambda.
import { nameOf } from "../identifier.js";
import type { ExpressionSyntax } from "../transformer.js";
import { isIdentifier } from "../identifier.js";
import { expandClause, expandLambda, parseFormals } from "./formals.js";

export const lambda: ExpressionSyntax = {
  kind: "expression",
  shape: "(lambda (parameter ... [. rest]) [doc] body ...)",
  expand: (form, scope, expander) => expandLambda("", parseFormals(form.expect(3), 1), form, 2, scope, expander),
};

export const namedLambda: ExpressionSyntax = {
  kind: "expression",
  shape: "(named-lambda (name parameter ... [. rest]) [doc] body ...)",
  expand(form, scope, expander) {
    const name = form.expect(3).element(1).items[0];
    if (!isIdentifier(name)) return form.bad("the procedure has no name");
    return expandLambda(nameOf(name), parseFormals(form, 1, 1), form, 2, scope, expander);
  },
};

export const caseLambda: ExpressionSyntax = {
  kind: "expression",
  shape: "(case-lambda [doc] ((parameter ... [. rest]) body ...) ...)",
  expand(form, scope, expander) {
    const doc = form.expect(1).docAt(1);
    const clauses = form.items.slice(doc === undefined ? 1 : 2).map((_, offset) => {
      const clause = form.part((doc === undefined ? 1 : 2) + offset).expect(2);
      return expandClause(parseFormals(clause, 0), clause, 1, scope, expander);
    });
    return { kind: "lambda", name: "", doc, clauses, position: form.position };
  },
};
