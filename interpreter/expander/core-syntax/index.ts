// Every keyword that the expander knows by itself, with what `,doc` says of it.
import { LispSymbol } from "../../values/symbol.js";
import { Syntax } from "../environment.js";
import type { Transformer } from "../transformer.js";
import { AUXILIARIES } from "./auxiliary.js";
import * as binding from "./binding.js";
import * as conditional from "./conditional.js";
import * as definition from "./definition.js";
import * as inclusion from "./inclusion.js";
import * as macro from "./macro.js";
import { match, MATCH_DOC } from "./match.js";
import * as procedure from "./procedure.js";
import * as quotation from "./quotation.js";

const TABLE: readonly (readonly [string, Transformer, string])[] = [
  ["quote", quotation.quote, "The datum itself, not evaluated."],
  ["quasiquote", quotation.quasiquote, "The template with each ,expression and ,@expression in it filled in."],
  ["lambda", procedure.lambda, "A procedure. A string before the body is its documentation."],
  ["named-lambda", procedure.namedLambda, "A procedure with a name for errors and backtraces."],
  ["case-lambda", procedure.caseLambda, "A procedure that takes the first clause whose parameters fit the operands."],
  ["define", definition.define, "Defines a variable or a procedure."],
  ["define-values", definition.defineValues, "Defines a variable for each value of the expression."],
  ["define-record-type", definition.defineRecordType, "Defines a record type, its constructor, its predicate and the procedures for its fields."],
  ["define-syntax", macro.defineSyntax, "Defines a macro."],
  ["let-syntax", macro.letSyntax, "Binds macros for a body; their templates do not see each other."],
  ["letrec-syntax", macro.letrecSyntax, "Binds macros for a body; their templates see each other."],
  ["syntax-rules", macro.syntaxRules, "A hygienic macro: the template of the first pattern that fits a use."],
  ["syntax-error", macro.syntaxError, "Refuses a macro use while it is expanded, with a message."],
  ["set!", definition.set, "Changes the value of a variable."],
  ["if", conditional.ifSyntax, "The consequent if the test is not #f, else the alternative."],
  ["cond", conditional.cond, "The expressions of the first clause whose test is not #f."],
  ["case", conditional.caseSyntax, "The expressions of the first clause that has the key (by eqv?) among its data."],
  ["and", conditional.and, "#f at the first #f, else the last value."],
  ["or", conditional.or, "The first value that is not #f."],
  ["when", conditional.when, "The expressions in order if the test is not #f."],
  ["unless", conditional.unless, "The expressions in order if the test is #f."],
  ["let", binding.letSyntax, "Binds variables at once; with a name, the body is a loop called by that name."],
  ["let*", binding.letStar, "Binds variables one after the other."],
  ["letrec", binding.letrec, "Binds variables that may refer to each other."],
  ["letrec*", binding.letrecStar, "Binds variables in order that may refer to each other."],
  ["let-values", binding.letValues, "Binds the values of expressions at once."],
  ["let*-values", binding.letStarValues, "Binds the values of expressions one after the other."],
  ["receive", binding.receiveSyntax, "Binds the values of one expression (SRFI 8)."],
  ["begin", definition.begin, "The forms in order."],
  ["do", binding.doSyntax, "A loop: steps its variables until the test is not #f."],
  ["include", inclusion.include, "The forms of the files in this place."],
  ["include-ci", inclusion.includeCaseInsensitive, "The forms of the files in this place, read as if in lower case."],
  ["cond-expand", inclusion.condExpand, "The forms of the first clause whose requirement this implementation meets."],
  ["match", match, MATCH_DOC],
];

/** The syntactic bindings of the kernel library. */
export const coreSyntax: readonly Syntax[] = [
  ...TABLE.map(([name, transformer, doc]) => new Syntax(LispSymbol.intern(name), transformer, doc)),
  ...AUXILIARIES,
];
