// What a syntactic keyword does: the kinds of transformer, and what a definition reports to.
import type { Cell, Syntax } from "./environment.js";
import type { Core, Variable } from "../compiler/core.js";
import type { Position } from "../values/position.js";
import type { Value } from "../values/value.js";
import type { Expander } from "./expander.js";
import type { Form } from "./form.js";
import type { Identifier } from "./identifier.js";
import type { Scope } from "./scope.js";
import type { LispSymbol } from "../values/symbol.js";

/** A keyword that makes an expression, such as `if`. */
export interface ExpressionSyntax {
  readonly kind: "expression";
  /** The form's shape, shown in errors. */
  readonly shape: string;
  expand(form: Form, scope: Scope, expander: Expander): Core;
}

/** A keyword that may stand among definitions, such as `define` or `begin`. */
export interface DefinitionSyntax {
  readonly kind: "definition";
  readonly shape: string;
  define(form: Form, definitions: Definitions, expander: Expander): void;
  /** What it means where only an expression may stand; undefined if it may not. */
  expand?(form: Form, scope: Scope, expander: Expander): Core;
}

/** A keyword that has a meaning only inside other forms, such as `else`. */
export interface AuxiliarySyntax {
  readonly kind: "auxiliary";
  readonly shape: string;
}

/** A keyword that makes a transformer: `syntax-rules`. */
export interface TransformerSyntax {
  readonly kind: "transformer";
  readonly shape: string;
  /** `name` is what the macro is bound to. */
  build(form: Form, scope: Scope, name: LispSymbol): Macro;
}

/** A transformer written in Lisp: rewrites a use, found in `scope`, into the form to expand in its place. */
export interface Macro {
  readonly kind: "macro";
  readonly shape: string;
  /** The `(syntax-rules …)` form that it was made of, and where: what another process needs to make it again. */
  readonly rules?: { readonly form: Value; readonly scope: Scope };
  rewrite(use: Form, scope: Scope): Value;
}

export type Transformer = ExpressionSyntax | DefinitionSyntax | AuxiliarySyntax | TransformerSyntax | Macro;

/** Where a definition puts its value. */
export type Target = Variable | Cell;

/**
 * What the definitions of a body or of a top level report to. All of them are scanned, in order, before
 * any value is expanded: so that a value may use a macro or a variable that is defined after it.
 */
export interface Definitions {
  readonly scope: Scope;
  /** Defines a variable; `value` is called when all definitions have been scanned. */
  define(identifier: Identifier, value: () => Core, options?: DefinitionOptions): Target;
  defineSyntax(identifier: Identifier, syntax: Syntax): void;
  /** An expression among the definitions. */
  expression(value: () => Core): void;
  /** Forms spliced in at this place, as by `begin`. */
  splice(forms: readonly SplicedForm[]): void;
}

export interface DefinitionOptions {
  readonly doc?: string;
  readonly position?: Position;
  /** Where the name was written, as `Form.writtenAt` has it. */
  readonly written?: Position;
}

export interface SplicedForm {
  readonly datum: Value;
  readonly position: Position | undefined;
  /** The procedure that the form is known to define, if its expansion can wait until that is called. */
  readonly defines?: LispSymbol;
}
