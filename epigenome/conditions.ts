// Conditions of grants and of narrowings: forms over a request, compiled when one is first asked, all of a call within one limit.
import { type Computation, type Environment, type Interpreter, itemsOf, Keyword, LispSymbol, listFrom, readAll, type Value } from "../interpreter/index.js";
import { canonical } from "./data.js";

/** What the conditions of one call may burn together, and what one decision of the policy may. */
export const RULE_LIMITS = { steps: 1_000_000, bytes: 50_000_000 };
/** Compiled conditions that are kept by their text, the last that were asked. Those of a grant or capability are kept as long as that. */
const MOST_KEPT = 200;

type Limits = typeof RULE_LIMITS;

export class Conditions {
  private readonly environment: Environment;
  private readonly evaluate: Value;
  private readonly byText = new Map<string, Value>();
  private readonly byForm = new WeakMap<object, Value>();

  constructor(private readonly interpreter: Interpreter) {
    this.environment = interpreter.environment(["(ouro base)"], { open: false });
    this.evaluate = interpreter.exported("(scheme eval)", "eval") as Value;
  }

  /** Compiles a condition. Throws LispError where it is none. */
  check(condition: Value): void {
    this.predicate(condition, new Allowance());
  }

  /** Tells of one condition after the other whether it holds of the request. What is told throws LispError where one fails, or all together burn too much. */
  holding(request: Value): (condition: Value) => boolean {
    const allowance = new Allowance();
    return (condition) => {
      const predicate = this.predicate(condition, allowance);
      return allowance.finish((limits) => this.interpreter.call(predicate, [request], limits)) !== false;
    };
  }

  /** Compiled conditions that are kept by their text. */
  get size(): number {
    return this.byText.size;
  }

  private predicate(condition: Value, allowance: Allowance): Value {
    if (typeof condition !== "object") return this.compiled(condition, allowance);
    let found = this.byForm.get(condition);
    if (found === undefined) this.byForm.set(condition, (found = this.compiled(condition, allowance)));
    return found;
  }

  private compiled(condition: Value, allowance: Allowance): Value {
    const source = `(lambda (request) (let ((prefix? string-prefix?)) ${canonical(fieldsRead(condition))}))`;
    // Expanding a form may take as long as running one, so that is done within the limits too.
    const made = this.byText.get(source) ?? allowance.finish((limits) => this.interpreter.call(this.evaluate, [readAll(source, "grant condition")[0] as Value, this.environment], limits));
    this.byText.delete(source);
    this.byText.set(source, made);
    const [oldest] = this.byText.keys();
    if (this.byText.size > MOST_KEPT && oldest !== undefined) this.byText.delete(oldest);
    return made;
  }
}

/** What is left for the computations of one call. */
class Allowance {
  private left: Limits = RULE_LIMITS;

  finish(begin: (limits: Limits) => Computation): Value {
    const computation = begin(this.left);
    try {
      return computation.finish();
    } finally {
      this.left = { steps: Math.max(0, this.left.steps - computation.steps), bytes: Math.max(0, this.left.bytes - computation.bytes) };
    }
  }
}

/** A condition reads a field of the request as `(:key request)`; to the language that is `(get request :key)`. */
function fieldsRead(form: Value): Value {
  const items = itemsOf(form);
  if (items === undefined || items.length === 0 || isQuote(items[0])) return form;
  const [head, ...rest] = items.map(fieldsRead);
  return head instanceof Keyword && rest.length === 1 ? listFrom([LispSymbol.intern("get"), rest[0] as Value, head]) : listFrom([head as Value, ...rest]);
}

/** The fields of the request that a condition looks at; undefined if it may look at any. */
export function fieldsOf(condition: Value): ReadonlySet<string> | undefined {
  const fields = new Set<string>();
  return addFields(fieldsRead(condition), fields) ? fields : undefined;
}

// What is no list mentions the request wherever its text has that word, and so may `get` be given another meaning: rather too often than too seldom.
function addFields(form: Value, fields: Set<string>): boolean {
  const items = itemsOf(form);
  if (items === undefined) return !/request|^get$/.test(canonical(form));
  const [head, from, key, ...rest] = items;
  const isField = isNamed(head, "get") && isNamed(from, "request") && key instanceof Keyword;
  if (isField) fields.add(key.name);
  return (isField ? rest : items).every((item) => addFields(item, fields));
}

function isNamed(form: Value | undefined, name: string): boolean {
  return form instanceof LispSymbol && form.name === name;
}

function isQuote(head: Value | undefined): boolean {
  return head instanceof LispSymbol && head.name === "quote";
}
