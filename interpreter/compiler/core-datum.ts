// Core forms as data that a person can read: what a form means once all macros are expanded.
import { listFrom } from "../values/pair.js";
import { Char, LispString } from "../values/text.js";
import { Flonum, Rational } from "../values/number.js";
import { Keyword, LispSymbol } from "../values/symbol.js";
import { UNSPECIFIED, type Value } from "../values/value.js";
import type { Clause, Core, CorePass, Variable } from "./core.js";

/** The datum of a core form. Two variables of one name, which hygiene keeps apart, get names that differ: `x` and `x.1`. */
export function coreDatum(core: Core): Value {
  return datum(core, new Names());
}

class Names {
  private readonly names = new Map<Variable, LispSymbol>();
  private readonly taken = new Map<string, number>();

  of(variable: Variable): LispSymbol {
    const known = this.names.get(variable);
    if (known !== undefined) return known;
    const count = this.taken.get(variable.name) ?? 0;
    this.taken.set(variable.name, count + 1);
    const name = LispSymbol.intern(count === 0 ? variable.name : `${variable.name}.${count}`);
    this.names.set(variable, name);
    return name;
  }
}

const PASS: CorePass<Value, Names> = {
  constant: ({ value }) => (isSelfEvaluating(value) ? value : form("quote", value)),
  local: ({ variable }, names) => names.of(variable),
  global: ({ cell }) => cell.name,
  "set-local": ({ variable, value }, names) => form("set!", names.of(variable), datum(value, names)),
  "set-global": ({ cell, value }, names) => form("set!", cell.name, datum(value, names)),
  define: ({ cell, value }, names) => form("define", cell.name, datum(value, names)),
  if: ({ test, consequent, alternative }, names) => form("if", ...[test, consequent, alternative].map((each) => datum(each, names))),
  sequence: ({ body }, names) => (body.length === 1 ? datum(body[0] as Core, names) : form("begin", ...body.map((each) => datum(each, names)))),
  call: ({ operator, operands }, names) => listFrom([operator, ...operands].map((each) => datum(each, names))),
  let: (node, names) => binding("let", node, names),
  letrec: (node, names) => binding("letrec*", node, names),
  lambda: ({ clauses }, names) => {
    const written = clauses.map((clause) => [parameters(clause, names), ...bodyOf(clause.body, names)]);
    return clauses.length === 1 ? form("lambda", ...(written[0] as Value[])) : form("case-lambda", ...written.map((each) => listFrom(each)));
  },
};

function datum(core: Core, names: Names): Value {
  const pass = PASS[core.kind] as (node: Core, names: Names) => Value;
  return pass(core, names);
}

function form(keyword: string, ...parts: Value[]): Value {
  return listFrom([LispSymbol.intern(keyword), ...parts]);
}

function binding(keyword: string, node: { variables: Variable[]; initialisers: Core[]; body: Core }, names: Names): Value {
  const bindings = node.variables.map((variable, index) => listFrom([names.of(variable), datum(node.initialisers[index] as Core, names)]));
  return form(keyword, listFrom(bindings), ...bodyOf(node.body, names));
}

function bodyOf(body: Core, names: Names): Value[] {
  return body.kind === "sequence" ? body.body.map((each) => datum(each, names)) : [datum(body, names)];
}

function parameters({ parameters: required, rest }: Clause, names: Names): Value {
  return listFrom(required.map((each) => names.of(each)), rest === undefined ? undefined : names.of(rest));
}

function isSelfEvaluating(value: Value): boolean {
  return ["number", "bigint", "boolean"].includes(typeof value) || value === UNSPECIFIED || [Flonum, Rational, LispString, Char, Keyword].some((kind) => value instanceof kind);
}
