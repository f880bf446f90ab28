// Procedures and blocks as JavaScript: for each procedure a fast text, and for each call that comes back a resume text.
import type { Cell } from "../expander/environment.js";
import { takes, type Analysis } from "./analyse.js";
import type { Bind, Block, Call, End, Label, Place, Simple, Step } from "./block.js";
import type { Clause, Lambda, Variable } from "./core.js";
import { BYTES } from "../machine/meter.js";
import type { Position } from "../values/position.js";
import { doubleName, ExpressionWriter } from "./emit-simple.js";
import { rawFlonum, type Raw } from "./flonum.js";
import { flonumLoop, type FlonumLoop } from "./flonum-loop.js";
import { markLive, type OnKept } from "./live.js";
import { keepsFuelLocally } from "./loop-fuel.js";
import { IN_MEMORY, insideMemory, LOCAL, LOCAL_FUEL, saving, type MeterText } from "./meter-text.js";
import { normalise } from "./normalise.js";
import type { UnitText } from "./text.js";

/** What one JavaScript function is being written for. */
interface FunctionContext {
  readonly owner: Lambda;
  readonly writer: ExpressionWriter;
  /** The clause whose tail calls to itself become jumps to the head of its loop, if this is its fast text. */
  readonly loop: { readonly lambda: Lambda; readonly clause: Clause; readonly cell: Cell | undefined; readonly entry: string } | undefined;
  readonly resuming: boolean;
  readonly meter: MeterText;
}

type Procedures = Extract<Step, { kind: "procedures" }>;

/** Told of each function that the text defines, so that a host stack can be read as a Lisp backtrace. */
export type OnFunction = (functionName: string, lambda: Lambda, position: Position | undefined) => void;

export class Emitter {
  private readonly makers = new Map<Lambda, { readonly name: string; readonly captured: readonly Variable[] }>();
  /** Functions that trust their number of operands: of lifted procedures, and of those without captured variables. */
  private readonly bodies = new Map<Lambda, string>();
  private readonly sites = new Map<Bind, string>();
  private readonly joins = new Map<Label, string>();
  private readonly groups = new Map<Procedures, { readonly name: string; readonly captured: readonly Variable[] }>();
  private readonly labelNames = new Map<Label, string>();
  private labels = 0;

  constructor(
    private readonly text: UnitText,
    private readonly analysis: Analysis,
    private readonly onFunction: OnFunction,
    /** The cell that a procedure of an open unit is being defined as, so that its self tail calls can be loops. */
    private readonly definedAs: ReadonlyMap<Lambda, Cell>,
    private readonly onKept: OnKept,
  ) {}

  /** Emits the procedure and answers the expression that makes it. */
  closure(lambda: Lambda): string {
    const maker = this.makers.get(lambda) ?? this.addMaker(lambda);
    return maker.captured.length === 0 ? maker.name : `${maker.name}(${this.names(maker.captured)})`;
  }

  /** A procedure without captured variables is one function of the unit; another has a maker that closes over copies. */
  private addMaker(lambda: Lambda): { name: string; captured: readonly Variable[] } {
    const captured = this.analysis.captured(lambda);
    const functionName = this.newFunction(lambda);
    const name = captured.length === 0 ? functionName : `make_${functionName}`;
    const maker = { name, captured };
    this.makers.set(lambda, maker);
    this.text.addFunction(() => {
      if (captured.length > 0)
        return `function ${name}(${this.names(captured)}){allocate(${BYTES.procedure});const made=${this.procedure(lambda, functionName)};${this.keeping(["made"], captured)}return made}`;
      return isPlain(lambda) ? this.entry(lambda, functionName) : this.procedure(lambda, functionName);
    });
    return maker;
  }

  /**
   * A procedure that closes over nothing is two functions: one that checks the number of operands, for callers
   * that do not know it, and the body. The check costs a third of a small procedure's time.
   */
  private entry(lambda: Lambda, name: string): string {
    const parameters = (lambda.clauses[0] as Clause).parameters.map((each) => this.raw(each)).join(",");
    const count = (lambda.clauses[0] as Clause).parameters.length;
    return `function ${name}(${parameters}){return arguments.length===${count}?${this.bodyName(lambda)}(${parameters}):wrongCount(${name},arguments.length);}`;
  }

  /** A name for a function that runs code of the procedure, from the position on if one is given. */
  private newFunction(lambda: Lambda, position: Position | undefined = lambda.position): string {
    const name = this.text.functionName(lambda.name === "" ? "lambda" : lambda.name);
    this.onFunction(name, lambda, position);
    return name;
  }

  private procedure(lambda: Lambda, name: string): string {
    const [only, ...others] = lambda.clauses;
    if (only !== undefined && others.length === 0) return this.clause(lambda, 0, name, "checked");
    const names = lambda.clauses.map(() => this.newFunction(lambda));
    const clauses = names.map((each, index) => this.clause(lambda, index, each, "trusting"));
    const cases = lambda.clauses.map((clause, index) => {
      const count = clause.parameters.length;
      const test = clause.rest === undefined ? `a.length===${count}` : `a.length>=${count}`;
      return `if(${test})return ${names[index]}(...a);`;
    });
    return `function ${name}(...a){${cases.join("")}return wrongCount(${name},a.length);${clauses.join("")}}`;
  }

  /** One JavaScript function. A lifted one takes what it captures as further parameters; only a checked one counts its operands. */
  private clause(lambda: Lambda, index: number, name: string, kind: "checked" | "trusting" | "lifted"): string {
    const clause = lambda.clauses[index] as Clause;
    const block = normalise(clause.body, this.analysis);
    markLive(block, this.analysis, this.onKept);
    const cell = this.definedAs.get(lambda);
    const loops = clause.rest === undefined && lambda.clauses.length === 1 && this.loops(block, lambda, clause, cell);
    const loop = loops ? { lambda, clause, cell, entry: this.makers.get(lambda)?.name ?? name } : undefined;
    const extra = kind === "lifted" ? this.analysis.captured(lambda) : [];
    const flonums = loop && flonumLoop(block, clause.parameters, extra, this.analysis, (call) => isSelfCall(call, lambda, this.analysis) || isSelfGlobal(call, loop));
    const operands = [...clause.parameters.map((each) => this.raw(each)), ...extra.map((each) => this.text.variable(each))];
    const parameters = clause.rest === undefined ? operands : [...operands, "...rest"];
    const turns = (version: FlonumLoop | undefined) => {
      const context = this.fastContext(lambda, loop, block, version);
      const body = this.turn(context, clause, [...clause.parameters, ...extra], { name, weight: this.analysis.weight(lambda, index) }) + this.block(block, context);
      const doubles = (version?.entry ?? []).map((each) => this.text.variable(each)).map((each) => `${doubleName(each)}=${each}.value`);
      const declared = declare([...context.writer.temporaries, ...(context.meter.load === "" ? [] : context.meter.load.split(",")), ...doubles]);
      return declared + (loops ? `for(;;){${body}}` : body);
    };
    const test = flonums?.entry.map((each) => `${this.text.variable(each)} instanceof Flonum`).join("&&");
    const plain = flonums !== undefined && test === "" ? turns(flonums) : `${flonums === undefined ? "" : `if(${test}){${turns(flonums)}}`}${turns(undefined)}`;
    return `function ${name}(${parameters.join(",")}){${kind === "checked" ? countCheck(clause, name) : ""}${plain}}`;
  }

  private fastContext(owner: Lambda, loop: FunctionContext["loop"], block: Block, flonums: FlonumLoop | undefined): FunctionContext {
    const doubles = flonums?.doubles ?? new Set<Variable>();
    const hasLocalFuel = loop !== undefined && keepsFuelLocally(block, (variable) => (doubles.has(variable) ? "double" : undefined));
    const meter = !hasLocalFuel ? IN_MEMORY : flonums === undefined ? LOCAL_FUEL : LOCAL;
    return { owner, writer: this.writer(meter, doubles), loop, resuming: false, meter };
  }

  /** What each turn of the loop begins with, or the procedure if it is none: burning the fuel, and making what its variables need. */
  private turn({ writer, meter }: FunctionContext, clause: Clause, variables: readonly Variable[], { name, weight }: { name: string; weight: number }): string {
    const operands = variables.map((each) => (each.assigned && clause.parameters.includes(each) ? this.raw(each) : writer.reference(each)));
    const all = clause.rest === undefined ? operands : [...operands, "...rest"];
    const fuel = `if((${meter.fuel}-=${weight})<0){${saving(meter)}return pause(${name},[${all.join(",")}],${weight});}`;
    const boxes = clause.parameters.filter((each) => each.assigned).map((each) => `let ${this.text.variable(each)}=new Box(${this.raw(each)});`).join("");
    return `${fuel}${boxes}${clause.rest === undefined ? "" : this.restParameter(clause.rest)}`;
  }

  private restParameter(rest: Variable): string {
    const list = "restList(rest)";
    return `let ${this.text.variable(rest)}=${rest.assigned ? `new Box(${list})` : list};`;
  }

  /** The name of a parameter as it comes in; an assigned one is boxed under its own name. */
  private raw(parameter: Variable): string {
    return parameter.assigned ? `${this.text.variable(parameter)}_in` : this.text.variable(parameter);
  }

  private writer(meter = IN_MEMORY, doubles: ReadonlySet<Variable> = new Set()): ExpressionWriter {
    return new ExpressionWriter(this.text, (lambda) => this.closure(lambda), meter, doubles);
  }

  private names(variables: readonly Variable[]): string {
    return variables.map((variable) => this.text.variable(variable)).join(",");
  }

  private block(block: Block, context: FunctionContext): string {
    return this.from({ block, index: 0 }, context);
  }

  /** The rest of a block as statements. A resume text ends at the next call that comes back: there the next one begins. */
  private from({ block, index }: Place, context: FunctionContext): string {
    const written: string[] = [];
    for (let at = index; at < block.steps.length; at++) {
      const step = block.steps[at] as Step;
      context.writer.startStatement();
      if (context.resuming && step.kind === "bind") return written.join("") + this.resumingBind(step, { block, index: at + 1 }, context);
      if (context.resuming && step.kind === "join") return written.join("") + this.block(step.block, context);
      written.push(this.step(step, { block, index: at + 1 }, context));
    }
    context.writer.startStatement();
    return written.join("") + this.end(block.end, context);
  }

  private step(step: Step, rest: Place, context: FunctionContext): string {
    const { writer } = context;
    switch (step.kind) {
      case "bind": return this.fastBind(step, rest, context);
      case "let": return this.letStep(step, writer);
      case "effect": return `${writer.value(step.value)};`;
      case "burn": return `if((${context.meter.fuel}-=${step.weight})<0){${insideMemory(context.meter, `overdraw(${step.weight})`)};}`;
      case "when": return `if(${writer.test(step.test)}){${this.block(step.block, context)}}`;
      case "join": return this.fastJoin(step, context);
      case "procedures": return `${saving(context.meter)}${this.procedures(step)}${context.meter.load};`;
    }
  }

  private letStep({ variable, value }: Extract<Step, { kind: "let" }>, writer: ExpressionWriter): string {
    const name = this.text.variable(variable);
    if (writer.doubleOf(variable) === undefined) return `let ${name}=${boxed(variable, writer.value(value))};`;
    const box = value.kind === "constant" ? `=${writer.value(value)}` : "";
    return `let ${doubleName(name)}=${writer.double(rawFlonum(value, writer.doubleOf) as Raw)},${name}${box};`;
  }

  private end(end: End, context: FunctionContext): string {
    switch (end.kind) {
      case "return": return context.writer.leaving(() => `return ${context.writer.value(end.value)};`);
      case "tail-call": return this.tailCall(end.call, context);
      case "jump": return this.jump(end.label, end.value, context);
    }
  }

  private fastBind(step: Bind, rest: Place, context: FunctionContext): string {
    const call = this.call(step.call, context);
    const unwound = `===UNWIND)return push(${this.site(step, rest, context)},${this.saved(step, context)});`;
    if (step.variable === undefined) return `if(${call}${unwound}`;
    const variable = this.text.variable(step.variable);
    return `let ${variable}=${call};if(${variable}${unwound}`;
  }

  /** Code that runs directly above the trampoline puts its frame on the continuation before it calls. */
  private resumingBind(step: Bind, rest: Place, context: FunctionContext): string {
    const call = this.call(step.call, context);
    return `enter(${this.site(step, rest, context)},${this.saved(step, context)});return ${call};`;
  }

  /** What the frame of a call keeps for the rest. */
  private saved({ live = [] }: Bind, { writer }: FunctionContext): string {
    if (live.length === 0) return "NIL";
    const values = live.map((each) => writer.reference(each)).join(",");
    return live.length === 1 ? values : `[${values}]`;
  }

  /** The function that goes on after a call: one for each call that comes back. */
  private site(step: Bind, rest: Place, { owner }: FunctionContext): string {
    const known = this.sites.get(step);
    if (known !== undefined) return known;
    const name = this.newFunction(owner, step.call.position);
    this.sites.set(step, name);
    this.text.addFunction(() => {
      const context = this.resumeContext(owner);
      const body = this.from(rest, context);
      const live = step.live ?? [];
      const saved = live.map((variable, index) => `${this.text.variable(variable)}=${live.length === 1 ? "s" : `s[${index}]`}`);
      const value = step.variable === undefined ? "_" : this.text.variable(step.variable);
      return `function ${name}(${value},s){${declare([...saved, ...context.writer.temporaries])}${body}}`;
    });
    return name;
  }

  private resumeContext(owner: Lambda): FunctionContext {
    return { owner, writer: this.writer(), loop: undefined, resuming: true, meter: IN_MEMORY };
  }

  private fastJoin({ label, block }: Extract<Step, { kind: "join" }>, context: FunctionContext): string {
    const name = `J${this.labels++}`;
    this.labelNames.set(label, name);
    const declaration = label.variable === undefined ? "" : `let ${this.text.variable(label.variable)};`;
    return `${declaration}${name}:{${this.block(block, context)}}`;
  }

  private jump(label: Label, value: Simple | undefined, context: FunctionContext): string {
    const written = value === undefined || label.variable === undefined ? undefined : context.writer.value(value);
    if (context.resuming) return `return ${this.joinFunction(label, context)}(${[...(written === undefined ? [] : [written]), ...(label.live ?? []).map((each) => this.text.variable(each))].join(",")});`;
    const store = written === undefined ? "" : `${this.text.variable(label.variable as Variable)}=${written};`;
    return `${store}break ${this.labelNames.get(label)};`;
  }

  /** What follows a join, as a function for resume texts. */
  private joinFunction(label: Label, { owner }: FunctionContext): string {
    const known = this.joins.get(label);
    if (known !== undefined) return known;
    const name = this.newFunction(owner);
    this.joins.set(label, name);
    this.text.addFunction(() => {
      const context = this.resumeContext(owner);
      const body = this.from(label.rest, context);
      const parameters = [...(label.variable === undefined ? [] : [label.variable]), ...(label.live ?? [])];
      return `function ${name}(${this.names(parameters)}){${declare(context.writer.temporaries)}${body}}`;
    });
    return name;
  }

  /** Procedures that may name each other are made together, in one function that closes over what they share. */
  private procedures(step: Procedures): string {
    const { variables } = step;
    const { name, captured } = this.groups.get(step) ?? this.addGroup(step);
    const target = variables.length === 1 ? this.names(variables) : `[${this.names(variables)}]`;
    return `let ${target}=${name}(${this.names(captured)});`;
  }

  private addGroup(step: Procedures): { name: string; captured: readonly Variable[] } {
    const { variables, lambdas } = step;
    const own = new Set(variables);
    const captured = [...new Set(lambdas.flatMap((lambda) => [...this.analysis.captured(lambda)]))].filter((each) => !own.has(each));
    const names = lambdas.map((lambda) => this.newFunction(lambda));
    const group = { name: this.text.functionName("make"), captured };
    this.groups.set(step, group);
    this.text.addFunction(() => {
      const functions = lambdas.map((lambda, index) => this.procedure(lambda, names[index] as string)).join("");
      const bindings = variables.map((variable, index) => `const ${this.text.variable(variable)}=${names[index]};`).join("");
      const result = names.length === 1 ? names[0] : `[${names.join(",")}]`;
      return `function ${group.name}(${this.names(captured)}){allocate(${BYTES.procedure * names.length});${functions}${bindings}${this.keeping(names, captured)}return ${result}}`;
    });
    return group;
  }

  /** Tells what the procedures close over, where somebody wants to know. */
  private keeping(procedures: readonly string[], captured: readonly Variable[]): string {
    if (captured.length === 0) return "";
    return `if(m.kept!==null){${procedures.map((each) => `m.kept.set(${each},[${this.names(captured)}]);`).join("")}}`;
  }

  private tailCall(call: Call, context: FunctionContext): string {
    const { loop } = context;
    if (loop !== undefined && isSelfCall(call, loop.lambda, this.analysis)) return this.again(call, loop.clause, context);
    const plain = context.writer.leaving(() => `return ${this.call(call, context)};`);
    if (loop === undefined || !isSelfGlobal(call, loop)) return plain;
    return `if(${this.text.cell(loop.cell as Cell)}.value===${loop.entry}){${this.again(call, loop.clause, context)}}${plain}`;
  }

  /** A tail call of a procedure to itself: its parameters get their new values at once, and the loop goes on. */
  private again(call: Call, clause: Clause, context: FunctionContext): string {
    const { writer, loop } = context;
    const changes = call.operands
      .map((operand, index) => ({ operand, parameter: clause.parameters[index] as Variable }))
      .filter(({ operand, parameter }) => !(operand.kind === "local" && operand.variable === parameter && !parameter.assigned));
    const captured = this.analysis.captured(loop?.lambda as Lambda);
    const isMoved = (variable: Variable) => !captured.includes(variable) && call.operands.filter((each) => each.kind === "local" && each.variable === variable).length === 1;
    const staged = changes.flatMap(({ operand, parameter }) => {
      const name = this.raw(parameter);
      if (writer.doubleOf(parameter) === undefined) return [{ name, value: writer.value(operand) }];
      const double = { name: doubleName(name), value: writer.double(rawFlonum(operand, writer.doubleOf) as Raw) };
      if (operand.kind === "primitive") return [{ name, value: "undefined" }, double];
      // One that two variables hold from now on must have its box before, so that both have the same.
      return [{ name, value: operand.kind === "local" && isMoved(operand.variable) ? this.text.variable(operand.variable) : writer.value(operand) }, double];
    });
    if (changes.length === 1) return `${staged.map(({ name, value }) => `${name}=${value};`).join("")}continue;`;
    const held = staged.map(({ name, value }) => (value === "undefined" ? { name, value, store: "" } : hold(name, value, writer.temporary())));
    return `${held.map(({ store }) => store).join("")}${held.map(({ name, value }) => `${name}=${value};`).join("")}continue;`;
  }

  private call(call: Call, context: FunctionContext): string {
    const { writer } = context;
    const operands = call.operands.map((operand) => writer.value(operand));
    const { operator } = call;
    const known = this.knownCallee(call, writer);
    if (known !== undefined) return this.text.at(call.position, `${known.name}(${[...operands, ...known.extra].join(",")})`);
    if (operator.kind === "local" && !operator.variable.assigned) {
      const name = writer.value(operator);
      return this.text.at(call.position, `(typeof ${name}==="function"?${name}:notProcedure(${name}))(${operands.join(",")})`);
    }
    if (operator.kind === "global" && operator.cell.constant && typeof operator.cell.value === "function")
      return this.text.at(call.position, `${this.text.cell(operator.cell)}.code(${operands.join(",")})`);
    const hold = writer.temporary();
    const callee = operator.kind === "global" ? `${this.text.cell(operator.cell)}.value` : writer.value(operator);
    const refuse = operator.kind === "global" ? `notCallable(${this.text.cell(operator.cell)})` : `notProcedure(${hold})`;
    return this.text.at(call.position, `(typeof (${hold}=${callee})==="function"?${hold}:${refuse})(${operands.join(",")})`);
  }

  /** The function to call directly, if the callee is known: a lifted procedure, or a procedure of a closed unit. */
  private knownCallee(call: Call, writer: ExpressionWriter): { name: string; extra: readonly string[] } | undefined {
    const { operator } = call;
    if (operator.kind === "local" && this.analysis.isKnown(operator.variable)) {
      const lambda = this.analysis.lambdaOf(operator.variable) as Lambda;
      return { name: this.bodyName(lambda), extra: this.analysis.captured(lambda).map((each) => writer.reference(each)) };
    }
    if (operator.kind !== "global") return undefined;
    const lambda = this.analysis.globalLambda(operator.cell);
    if (lambda === undefined || !takes(lambda, call.operands.length)) return undefined;
    return { name: this.bodyName(lambda), extra: [] };
  }

  private bodyName(lambda: Lambda): string {
    const known = this.bodies.get(lambda);
    if (known !== undefined) return known;
    const name = this.newFunction(lambda);
    this.bodies.set(lambda, name);
    this.text.addFunction(() => this.clause(lambda, 0, name, "lifted"));
    return name;
  }

  /** True if the block has a tail call of the procedure to itself. */
  private loops({ steps, end }: Block, lambda: Lambda, clause: Clause, cell: Cell | undefined): boolean {
    if (end.kind === "tail-call" && (isSelfCall(end.call, lambda, this.analysis) || isSelfGlobal(end.call, { clause, cell }))) return true;
    return steps.some((step) => (step.kind === "when" || step.kind === "join") && this.loops(step.block, lambda, clause, cell));
  }
}

function hold(name: string, value: string, temporary: string): { name: string; value: string; store: string } {
  return { name, value: temporary, store: `${temporary}=${value};` };
}

function isSelfCall(call: Call, lambda: Lambda, analysis: Analysis): boolean {
  if (!takes(lambda, call.operands.length)) return false;
  if (call.operator.kind === "global") return analysis.globalLambda(call.operator.cell) === lambda;
  return call.operator.kind === "local" && analysis.lambdaOf(call.operator.variable) === lambda;
}

function isSelfGlobal(call: Call, loop: { readonly clause: Clause; readonly cell: Cell | undefined }): boolean {
  return call.operator.kind === "global" && call.operator.cell === loop.cell && call.operands.length === loop.clause.parameters.length;
}

function isPlain(lambda: Lambda): boolean {
  return lambda.clauses.length === 1 && lambda.clauses[0]?.rest === undefined;
}

function countCheck(clause: Clause, name: string): string {
  const count = clause.parameters.length;
  if (clause.rest !== undefined && count === 0) return "";
  const test = clause.rest === undefined ? `arguments.length!==${count}` : `arguments.length<${count}`;
  return `if(${test})return wrongCount(${name},arguments.length);`;
}

function declare(variables: readonly string[]): string {
  return variables.length === 0 ? "" : `let ${variables.join(",")};`;
}

function boxed(variable: Variable, value: string): string {
  return variable.assigned ? `new Box(${value})` : value;
}
