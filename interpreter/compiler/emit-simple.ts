// Expressions as JavaScript: what makes no call that could unwind.
import type { Value } from "../values/value.js";
import type { Simple } from "./block.js";
import type { Lambda, Variable } from "./core.js";
import { rawComparison, rawFlonum, type DoubleNames, type Raw } from "./flonum.js";
import { inline, isPredicate } from "./inline.js";
import type { InlineContext } from "./inline-context.js";
import { flonumOperation } from "./inline-flonum.js";
import { chargeFlonums, IN_MEMORY, insideMemory, saving, type MeterText } from "./meter-text.js";
import type { UnitText } from "./text.js";

/** Writes the expressions of one JavaScript function, and collects the temporaries that they use. */
export class ExpressionWriter {
  readonly temporaries: string[] = [];
  private used = 0;

  constructor(
    readonly text: UnitText,
    /** Writes the making of a closure. */
    private readonly closure: (lambda: Lambda) => string,
    private meter: MeterText = IN_MEMORY,
    /** Variables that are doubles here. Under its own name each has its box, once it has one. */
    private readonly doubles: ReadonlySet<Variable> = new Set(),
  ) {}

  /** Writes what leaves the function: the meter is written back before, once and for all. */
  leaving(write: () => string): string {
    const { meter } = this;
    this.meter = IN_MEMORY;
    const written = write();
    this.meter = meter;
    return saving(meter) + written;
  }

  /** The variable as what holds its value: of a double, the box that it keeps. An assigned one is its location. */
  reference(variable: Variable): string {
    const name = this.text.variable(variable);
    return this.doubles.has(variable) ? `(${name}??=new Flonum(${doubleName(name)}))` : name;
  }

  readonly doubleOf: DoubleNames = (variable) => (this.doubles.has(variable) ? doubleName(this.text.variable(variable)) : undefined);

  /** The double that such an expression gives, charged for. */
  double({ text, results }: Raw): string {
    return results === 0 ? text : `(${chargeFlonums(results, this.meter)},${text})`;
  }

  /** A call of what may fail, burn or allocate, which the meter must be right for. */
  slow(call: string): string {
    if (this.meter.save === "") return call;
    const result = this.temporary();
    return `(${insideMemory(this.meter, `${result}=${call}`)},${result})`;
  }

  value(simple: Simple): string {
    const { text } = this;
    switch (simple.kind) {
      case "constant": return text.constant(simple.value);
      case "local": return this.local(simple);
      case "global": {
        const cell = text.cell(simple.cell);
        const isDefined = simple.cell.constant && simple.cell.value !== undefined;
        return isDefined ? `${cell}.value` : text.at(simple.position, `(${cell}.value??${this.slow(`reference(${cell})`)})`);
      }
      case "primitive": return this.primitive(simple);
      case "choose": return `(${this.test(simple.test)}?${this.value(simple.consequent)}:${this.value(simple.alternative)})`;
      case "closure": {
        const made = this.closure(simple.lambda);
        return made.endsWith(")") ? this.slow(made) : made;
      }
      case "set-local": return `${text.variable(simple.variable)}.value=${this.value(simple.value)}`;
      case "set-global": {
        const cell = text.cell(simple.cell);
        if (simple.cell.constant) return text.at(simple.position, this.slow(`assign(${cell},${this.value(simple.value)})`));
        // What is assigned here is assigned by what the cell can see: it never becomes constant.
        const value = this.temporary();
        const [written, stored] = [this.value(simple.value), `(${cell}.value=${value},UNSPECIFIED)`];
        return text.at(simple.position, `(${value}=${written},${cell}.value!==undefined&&!${cell}.constant?${stored}:${this.slow(`assign(${cell},${value})`)})`);
      }
      case "define": return this.slow(`define(${text.cell(simple.cell)},${this.value(simple.value)})`);
    }
  }

  /** The expression as a JavaScript condition. */
  test(simple: Simple): string {
    if (simple.kind === "constant") return String(simple.value !== false);
    if (simple.kind === "choose") return this.testOfChoice(simple);
    const isBoolean = simple.kind === "primitive" && isPredicate(simple.builtin.name);
    if (simple.kind === "primitive" && simple.builtin.name === "not" && simple.operands[0] !== undefined)
      return `!(${this.test(simple.operands[0])})`;
    return isBoolean ? this.value(simple) : `(${this.value(simple)})!==false`;
  }

  private testOfChoice({ test, consequent, alternative }: Extract<Simple, { kind: "choose" }>): string {
    const [yes, no] = [this.test(consequent), this.test(alternative)];
    if (yes === "false" && no === "true") return `!(${this.test(test)})`;
    return `(${this.test(test)}?${yes}:${no})`;
  }

  /** A temporary of the present statement. */
  temporary(): string {
    const name = `t${this.used++}`;
    if (this.used > this.temporaries.length) this.temporaries.push(name);
    return name;
  }

  /** No temporary outlives its statement, so each statement uses them anew: they take room in every host frame. */
  startStatement(): void {
    this.used = 0;
  }

  private local(simple: Extract<Simple, { kind: "local" }>): string {
    const name = this.text.variable(simple.variable);
    if (!simple.variable.assigned) return this.reference(simple.variable);
    if (!simple.variable.mayBeUninitialised) return `${name}.value`;
    return this.text.at(simple.position, this.slow(`initialised(${name},${this.text.constant(simple.variable.name as Value)})`));
  }

  private primitive(simple: Extract<Simple, { kind: "primitive" }>): string {
    const { builtin, position } = simple;
    const raw = rawFlonum(simple, this.doubleOf);
    if (raw !== undefined) return this.text.at(position, `(${chargeFlonums(raw.results, this.meter)},new Flonum(${raw.text}))`);
    const comparison = rawComparison(simple, this.doubleOf);
    if (comparison !== undefined) return comparison.results === 0 ? comparison.text : this.text.at(position, this.double(comparison));
    const operands = foldArithmetic(builtin.name, simple);
    const before: string[] = [];
    const context: InlineContext = {
      call: (...names) => this.slow(`${this.text.constant(builtin.raw)}(${names.join(",")})`),
      slow: (call) => this.slow(call),
      sync: this.meter.save === "" ? "" : `${this.meter.save},`,
      once: (operand) => this.value(operand),
      temporary: () => this.temporary(),
      atom: (operand) => {
        if (this.isAtomic(operand)) return this.value(operand);
        const name = this.temporary();
        before.push(`${name}=${this.value(operand)}`);
        return name;
      },
    };
    const flonums = { raw: (operand: Simple) => rawFlonum(operand, this.doubleOf), double: (each: Raw) => this.double(each), charge: chargeFlonums(1, this.meter), before };
    const inlined = flonumOperation(builtin.name, operands, context, flonums) ?? inline(builtin.name, operands, context);
    // An operand may have marked a position of its own: the mark stands behind the operands.
    const expression = this.text.at(canFail(builtin.name) ? position : undefined, inlined ?? context.call(...operands.map((operand) => this.value(operand))));
    return before.length > 0 && inlined !== undefined ? `(${before.join(",")},${expression})` : expression;
  }

  private isAtomic(simple: Simple): boolean {
    return (simple.kind === "local" && !simple.variable.assigned && !this.doubles.has(simple.variable)) || simple.kind === "constant";
  }
}

/** Where a variable under this name has its double. */
export function doubleName(name: string): string {
  return `${name}_d`;
}

/** `(+ a b c)` is `(+ (+ a b) c)`; the same for `*` and, with at least two operands, for `-`. There are few: see `isLongSum` in normalise.ts. */
function foldArithmetic(name: string, simple: Extract<Simple, { kind: "primitive" }>): readonly Simple[] {
  if (!(name === "+" || name === "*" || name === "-") || simple.operands.length < 3) return simple.operands;
  const last = simple.operands[simple.operands.length - 1] as Simple;
  return [{ ...simple, operands: simple.operands.slice(0, -1) }, last];
}

function canFail(name: string): boolean {
  return !CANNOT_FAIL.has(name);
}

const CANNOT_FAIL: ReadonlySet<string> = new Set([
  "cons", "not", "eq?", "eqv?", "null?", "pair?", "vector?", "string?", "symbol?", "char?", "boolean?", "procedure?", "list", "%record?",
]);
