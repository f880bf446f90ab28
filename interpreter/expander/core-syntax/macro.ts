// define-syntax, let-syntax, letrec-syntax, syntax-rules and syntax-error.
import type { Core } from "../../compiler/core.js";
import { stripSyntax } from "../strip.js";
import { LispString } from "../../values/text.js";
import type { LispSymbol } from "../../values/symbol.js";
import type { Value } from "../../values/value.js";
import type { Pair } from "../../values/pair.js";
import { expandBody } from "../body.js";
import { describe } from "../describe.js";
import { Syntax } from "../environment.js";
import type { Expander } from "../expander.js";
import { failAt, Form } from "../form.js";
import { isIdentifier, symbolOf } from "../identifier.js";
import { resolve, Scope } from "../scope.js";
import { compileSyntaxRules } from "../syntax-rules.js";
import type { DefinitionSyntax, ExpressionSyntax, Transformer, TransformerSyntax } from "../transformer.js";

export const defineSyntax: DefinitionSyntax = {
  kind: "definition",
  shape: "(define-syntax name [doc] (syntax-rules (literal ...) (pattern template) ...))",
  define(form, definitions, expander) {
    const doc = form.expect(3, 4).docAt(2);
    if (doc === undefined) form.expect(3, 3);
    const name = form.identifier(1);
    const transformer = transformerAt(form, doc === undefined ? 2 : 3, symbolOf(name), definitions.scope, expander);
    definitions.defineSyntax(name, new Syntax(symbolOf(name), transformer, doc));
  },
};

export const letSyntax: ExpressionSyntax = {
  kind: "expression",
  shape: "(let-syntax ((name transformer) ...) body ...)",
  expand: (form, scope, expander) => expandWithSyntax(form, expander, scope, new Scope(scope)),
};

export const letrecSyntax: ExpressionSyntax = {
  kind: "expression",
  shape: "(letrec-syntax ((name transformer) ...) body ...)",
  expand(form, scope, expander) {
    const inner = new Scope(scope);
    return expandWithSyntax(form, expander, inner, inner);
  },
};

export const syntaxRules: TransformerSyntax = {
  kind: "transformer",
  shape: "(syntax-rules [ellipsis] (literal ...) (pattern template) ...)",
  build: compileSyntaxRules,
};

export const syntaxError: ExpressionSyntax = {
  kind: "expression",
  shape: '(syntax-error "message" form ...)',
  expand(form) {
    const message = form.expect(2).item(1);
    if (!(message instanceof LispString)) return form.bad("the message is not a string");
    const irritants = form.items.slice(2).map(stripSyntax);
    const text = [message.text, ...irritants.map(describe)].join(" ");
    return failAt("bad-syntax", text, irritants, form.position, "A macro refused this use of it.");
  },
};

function expandWithSyntax(form: Form, expander: Expander, outer: Scope, inner: Scope): Core {
  const bindings = form.expect(3).part(1);
  bindings.items.forEach((_, index) => {
    const binding = bindings.part(index).expect(2, 2);
    const name = binding.identifier(0);
    if (inner.binds(name)) form.bad("a keyword is bound twice", binding.position);
    inner.bind(name, new Syntax(symbolOf(name), transformerAt(binding, 1, symbolOf(name), outer, expander)));
  });
  return expandBody(form, 2, inner, expander);
}

/** What a transformer specification stands for: syntax-rules, another keyword, or a macro that makes one of these. */
function transformerAt(form: Form, index: number, name: LispSymbol, scope: Scope, expander: Expander): Transformer {
  const at = form.positionAt(index);
  let specification: Value = form.item(index);
  for (;;) {
    if (isIdentifier(specification)) {
      const meaning = resolve(specification, scope);
      if (meaning instanceof Syntax) return meaning.transformer;
    }
    const transformer = expander.keywordOf(specification, scope)?.transformer;
    if (transformer?.kind === "transformer") return transformer.build(new Form(specification, at, transformer.shape), scope, name);
    if (transformer?.kind !== "macro") return form.bad(`${describe(specification)} is not a transformer`, at);
    specification = expander.rewrite(transformer, specification as Pair, scope, at);
  }
}
