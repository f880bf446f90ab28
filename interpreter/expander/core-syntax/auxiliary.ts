// Keywords that mean something only inside other forms: else, =>, ..., _, unquote, unquote-splicing.
import { LispSymbol } from "../../values/symbol.js";
import { Syntax } from "../environment.js";

export const ELSE = auxiliary("else", "(else expression ...)", "The last clause of cond, case or guard, taken when no other is.");
export const ARROW = auxiliary("=>", "(test => procedure)", "In a clause of cond, case or guard: calls the procedure with what the test gave.");
export const ELLIPSIS = auxiliary("...", "pattern ...", "In a pattern or template: any number of what stands before it.");
export const UNDERSCORE = auxiliary("_", "_", "In a pattern: matches anything and binds nothing.");
export const UNQUOTE = auxiliary("unquote", ",expression", "Inside quasiquote: the value of the expression.");
export const UNQUOTE_SPLICING = auxiliary("unquote-splicing", ",@expression", "Inside quasiquote: the elements of the list that the expression gives.");

export const AUXILIARIES: readonly Syntax[] = [ELSE, ARROW, ELLIPSIS, UNDERSCORE, UNQUOTE, UNQUOTE_SPLICING];

function auxiliary(name: string, shape: string, doc: string): Syntax {
  return new Syntax(LispSymbol.intern(name), { kind: "auxiliary", shape }, doc);
}
