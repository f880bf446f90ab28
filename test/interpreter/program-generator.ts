// Random programs for the differential test: each is determined by its seed, means something, and ends.

type Type = "integer" | "number" | "flonum" | "boolean" | "string" | "list" | "vector" | "record" | "function" | "thunk" | "any";

/** What is written at the end of a program, and may be anywhere else. */
const DATA: readonly Type[] = ["integer", "number", "flonum", "boolean", "string", "list", "vector", "any"];
const BOUND: readonly Type[] = ["integer", "number", "flonum", "flonum", "boolean", "string", "list", "vector", "record", "function", "thunk"];

interface Variable {
  readonly name: string;
  readonly type: Type;
}

/** The text of the program of a seed: some definitions, some expressions, and a list of all that they left behind. */
export function generateProgram(seed: number): string {
  return new Generator(seed).program();
}

/** Mulberry32: small, and good enough to choose with. */
function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * What the programs share: a trace of effects, a continuation to enter again a few times, and a count of calls
 * that ends what would go on for ever.
 */
const PRELUDE = `
(define trace '())
(define saved #f)
(define entries 0)
(define calls 0)
(define (note! x) (set! trace (cons x trace)) x)
(define (tick!) (set! calls (+ calls 1)) (if (> calls 200) (raise 'tired)))
(define-record-type thing (make-thing left right) thing? (left left set-left!) (right right))
(define p (make-parameter 1))
(define (again! x) (if (procedure? saved) (if (< entries 4) (begin (set! entries (+ entries 1)) (saved x)))) x)
`;

class Generator {
  private readonly random: () => number;
  private names = 0;

  /** How deep expressions nest: most programs are small, some are large. */
  private readonly depth: number;

  constructor(seed: number) {
    this.random = randomOf(seed);
    this.depth = this.oneOf([2, 2, 3, 3, 3, 4, 5]);
  }

  program(): string {
    const globals: Variable[] = [];
    const forms: string[] = [];
    for (let count = 2 + this.below(4); count > 0; count--) {
      const type = this.oneOf<Type>(BOUND);
      const name = this.name("g");
      forms.push(type === "function" && this.chance(0.6) ? this.definedFunction(name, globals) : `(define ${name} ${this.shielded(type, globals)})`);
      globals.push({ name, type });
    }
    for (let count = 1 + this.below(3); count > 0; count--) forms.push(this.chance(0.3) ? this.effect(4, globals) : `(note! ${this.shielded(this.dataType(), globals)})`);
    const left = globals.filter(({ type }) => DATA.includes(type)).map(({ name }) => name);
    return `${PRELUDE}${forms.join("\n")}\n(list entries ${left.join(" ")} trace)`;
  }

  /** An expression whose errors mostly become part of the trace, or few programs would come to their end. */
  private shielded(type: Type, scope: readonly Variable[]): string {
    const expression = this.expression(type, this.depth, scope);
    return this.chance(0.85) ? `(guard (e (#t (note! (if (condition? e) (condition-code e) e)) ${this.leaf(type, [])})) ${expression})` : expression;
  }

  private definedFunction(name: string, scope: readonly Variable[]): string {
    const n = this.name("n");
    const inner = [...scope, { name: n, type: "integer" as const }];
    const recursive = `(+ ${this.expression("integer", 2, inner)} (${name} (- ${n} 1)))`;
    return `(define (${name} ${n}) (tick!) ${this.definitions(2, inner)} (if (or (<= ${n} 0) (> ${n} 12)) ${this.expression("integer", 3, inner)} ${recursive}))`;
  }

  /** Definitions at the head of a body, whose names the scope gets. */
  private definitions(depth: number, scope: Variable[]): string {
    if (this.chance(0.6)) return "";
    const made: string[] = [];
    for (const type of this.oneOf<Type[]>([["integer"], ["function"], ["list", "function"], ["integer", "function", "number"]])) {
      const name = this.name("d");
      made.push(`(define ${name} ${this.expression(type, depth, scope)})`);
      scope.push({ name, type });
    }
    return made.join(" ");
  }

  private expression(type: Type, depth: number, scope: readonly Variable[]): string {
    if (depth <= 0) return this.leaf(type, scope);
    if (this.chance(0.55)) return this.control(type, depth, scope);
    const next = (wanted: Type) => this.expression(wanted, depth - 1, scope);
    switch (type) {
      case "integer": return this.integer(next, scope, depth);
      case "number": return this.number(next);
      case "flonum": return this.flonum(next, scope, depth);
      case "string": return this.string(next);
      case "record": return `(make-thing ${next("flonum")} ${next("any")})`;
      case "boolean": return this.boolean(next);
      case "list": return this.list(next);
      case "vector": return this.oneOf([() => `(vector ${next("integer")} ${next("number")} ${next("integer")})`, () => `(list->vector (list ${next("integer")} 2 ${next("boolean")}))`, () => this.leaf(type, scope)])();
      case "function": return this.procedure(depth, scope);
      case "thunk": return `(lambda () ${this.body("integer", depth - 1, scope)})`;
      case "any": return next(this.dataType());
    }
  }

  private integer(next: (type: Type) => string, scope: readonly Variable[], depth: number): string {
    return this.oneOf([
      () => `(+ ${next("integer")} ${next("integer")})`,
      () => `(- ${next("integer")} ${next("integer")})`,
      () => `(* ${next("integer")} ${next("integer")})`,
      () => `(${this.oneOf(["quotient", "remainder", "modulo"])} ${next("integer")} ${this.oneOf(["2", "7", "-3", "10", next("integer")])})`,
      () => `(length ${next("list")})`,
      () => `(vector-length ${next("vector")})`,
      () => `(${next("function")} ${next("integer")})`,
      () => `(${next("thunk")})`,
      () => `(apply + (map (lambda (x) 1) ${next("list")}))`,
      () => `(note! ${next("integer")})`,
      () => `(again! ${next("integer")})`,
      () => `(string-length ${next("string")})`,
      () => `(p)`,
      () => this.loop(depth, scope),
      () => this.doLoop("integer", "integer", depth, scope),
    ])();
  }

  /** Inexact arithmetic, which compiled code keeps out of boxes where it can. */
  private flonum(next: (type: Type) => string, scope: readonly Variable[], depth: number): string {
    return this.oneOf([
      () => `(${this.oneOf(["+", "-", "*", "/"])} ${next("flonum")} ${next("flonum")})`,
      () => `(${this.oneOf(["+", "-", "*"])} ${next("flonum")} ${next("flonum")} ${next("flonum")})`,
      () => `(${this.oneOf(["+", "*", "-"])} ${next("flonum")} ${this.oneOf(["1", "2", next("integer")])})`,
      () => `(inexact ${next("integer")})`,
      () => `(sqrt (abs ${next("flonum")}))`,
      () => `(${this.oneOf(["floor", "round", "truncate", "abs", "-", "square"])} ${next("flonum")})`,
      () => `(${this.oneOf(["max", "min"])} ${next("flonum")} ${next("flonum")})`,
      () => `(left ${next("record")})`,
      () => this.doLoop("flonum", "flonum", depth, scope),
      () => this.doLoop("integer", "flonum", depth, scope),
    ])();
  }

  private string(next: (type: Type) => string): string {
    return this.oneOf([
      () => `(string-append ${next("string")} ${next("string")})`,
      () => `(number->string ${next("flonum")})`,
      () => `(substring ${next("string")} 0 ${this.oneOf(["1", "0", next("integer")])})`,
      () => `(string (string-ref ${next("string")} ${this.oneOf(["0", "1", next("integer")])}))`,
      () => `(list->string (list #\\a (integer->char (+ 97 (modulo ${next("integer")} 26)))))`,
    ])();
  }

  /** A loop over two variables that are also assigned now and then, so that they cannot always be kept apart. */
  private doLoop(counted: "integer" | "flonum", type: Type, depth: number, scope: readonly Variable[]): string {
    const [i, sum] = [this.name("i"), this.name("s")];
    const inner: Variable[] = [...scope, { name: i, type: counted }, { name: sum, type }];
    const [zero, one] = counted === "flonum" ? ["0.0", "1.0"] : ["0", "1"];
    const step = this.expression(type, depth - 2, inner);
    const effects = [() => "", () => "", () => `(set! ${sum} ${this.expression(type, depth - 2, inner)})`, () => `(set! saved (lambda (x) ${sum}))`, () => `(tick!)`, () => this.effect(depth - 2, inner)];
    return `(do ((${i} ${zero} (+ ${i} ${one})) (${sum} ${this.expression(type, depth - 2, scope)} ${step})) ((>= ${i} ${this.below(6)}) ${sum}) (tick!) ${this.oneOf(effects)()})`;
  }

  private number(next: (type: Type) => string): string {
    const operator = this.oneOf(["+", "-", "*"]);
    return this.oneOf([
      () => next("integer"),
      () => `(${operator} ${next("number")} ${next("number")})`,
      () => `(${operator} ${next("number")} ${next("integer")} ${next("number")})`,
      () => `(/ ${next("integer")} ${this.oneOf(["3", "-7", "2.5", "1/3", next("integer")])})`,
      () => `(- ${next("number")})`,
      () => this.oneOf(["1.5", "-0.0", "9007199254740991", "-9007199254740990", "123456789012345678901234567890", "2/3", "1e300"]),
    ])();
  }

  private boolean(next: (type: Type) => string): string {
    return this.oneOf([
      () => `(${this.oneOf(["=", "<", ">", "<=", ">="])} ${next("number")} ${next("number")})`,
      () => `(${this.oneOf(["=", "<", ">="])} ${next("integer")} ${next("integer")})`,
      () => `(${this.oneOf(["=", "<", ">", "<=", ">="])} ${next("flonum")} ${next("flonum")})`,
      () => `(${this.oneOf(["string=?", "string<?", "equal?"])} ${next("string")} ${next("string")})`,
      () => `(thing? ${next(this.chance(0.5) ? "record" : "any")})`,
      () => `(not ${next("boolean")})`,
      () => `(${this.oneOf(["even?", "odd?", "zero?", "positive?", "negative?"])} ${next("integer")})`,
      () => `(${this.oneOf(["null?", "pair?"])} ${next("list")})`,
      () => `(${this.oneOf(["eq?", "eqv?", "equal?"])} ${next("integer")} ${next("any")})`,
      () => `(and ${next("boolean")} ${next("boolean")} ${next("boolean")})`,
      () => `(or ${next("boolean")} ${next("boolean")} ${next("boolean")})`,
    ])();
  }

  private list(next: (type: Type) => string): string {
    return this.oneOf([
      () => `(list ${next("any")} ${next("any")} ${next("any")})`,
      () => `(cons ${next("any")} ${next("list")})`,
      () => `(append ${next("list")} ${next("list")})`,
      () => `(reverse ${next("list")})`,
      () => `(map (lambda (x) (note! x)) ${next("list")})`,
      () => `(map ${next("function")} (list ${next("integer")} ${next("integer")}))`,
      () => `(let ((l ${next("list")})) (if (pair? l) (cdr l) l))`,
      () => `(call-with-values (lambda () (values ${next("integer")} ${next("any")})) list)`,
    ])();
  }

  private procedure(depth: number, scope: readonly Variable[]): string {
    const n = this.name("x");
    const inner = [...scope, { name: n, type: "integer" as const }];
    if (this.chance(0.15)) return `(lambda (${n} . rest) (note! rest) ${this.expression("integer", depth - 1, inner)})`;
    return `(lambda (${n}) (tick!) ${this.body("integer", depth - 1, inner)})`;
  }

  /** The inside of a procedure: definitions, effects, and a value. */
  private body(type: Type, depth: number, scope: readonly Variable[]): string {
    const inner = [...scope];
    const definitions = this.definitions(depth - 1, inner);
    const effects = this.chance(0.3) ? this.effect(depth - 1, inner) : "";
    return `${definitions} ${effects} ${this.expression(type, depth, inner)}`;
  }

  /** What may stand for any type: bindings, branches, and every way to leave and come back. */
  private control(type: Type, depth: number, scope: readonly Variable[]): string {
    const next = (wanted: Type) => this.expression(wanted, depth - 1, scope);
    const name = this.name("v");
    const bound = this.oneOf<Type>(BOUND);
    const within = (extra: readonly Variable[]) => this.expression(type, depth - 1, [...scope, ...extra]);
    const one = [{ name, type: bound }];
    const other = this.name("w");
    return this.oneOf([
      () => `(if ${next("boolean")} ${next(type)} ${next(type)})`,
      () => `(let ((${name} ${next(bound)}) (${other} ${next("integer")})) ${this.effect(depth - 2, [...scope, ...one])} ${within([...one, { name: other, type: "integer" }])})`,
      () => `(let* ((${name} ${next(bound)}) (${other} ${this.expression("integer", depth - 1, [...scope, ...one])})) ${within([...one, { name: other, type: "integer" }])})`,
      () => `((lambda (${name}) ${this.body(type, depth - 1, [...scope, ...one])}) ${next(bound)})`,
      () => `(cond (${next("boolean")} ${next(type)}) (${next("boolean")} ${this.effect(depth - 2, scope)} ${next(type)}) (else ${next(type)}))`,
      () => `(begin ${this.effect(depth - 1, scope)} ${next(type)})`,
      () => `(case ${next("integer")} ((0 1 2) ${next(type)}) ((-1 ${this.below(9) + 3}) ${this.effect(depth - 2, scope)} ${next(type)}) (else ${next(type)}))`,
      () => `(parameterize ((p ${next("integer")})) ${this.body(type, depth - 1, scope)})`,
      () => `(letrec ((${name} (lambda (n) (if (<= n 0) ${next("integer")} (${other} (- n 1))))) (${other} (lambda (n) (tick!) (if (<= n 0) 1 (+ 1 (${name} (- n 1))))))) (note! (${name} ${1 + this.below(6)})) ${within([{ name, type: "function" }])})`,
      () => `(call/cc (lambda (k) ${this.chance(0.5) ? `(if ${next("boolean")} (k ${next(type)}))` : ""} ${next(type)}))`,
      () => `(let ((${name} (call/cc (lambda (k) (set! saved (lambda (x) (k ${next(bound)}))) ${next(bound)})))) ${within(one)})`,
      () => `(dynamic-wind (lambda () (note! 'in)) (lambda () ${this.body(type, depth - 1, scope)}) (lambda () (note! 'out)))`,
      () => `(call/cc (lambda (k) (dynamic-wind (lambda () (note! 'enter)) (lambda () (k ${next(type)})) (lambda () (note! 'leave) ${this.effect(depth - 2, scope)}))))`,
      () => `(guard (e (${this.oneOf(["#t", "(number? e)", "(symbol? e)", "(condition? e)"])} (note! (if (condition? e) (condition-code e) e)) ${next(type)})) ${this.body(type, depth - 1, scope)})`,
      () => `(guard (e ((eq? e 'mine) ${next(type)})) (if ${next("boolean")} (raise ${this.oneOf(["'mine", "'other", next("integer")])})) ${next(type)})`,
      () => `(with-exception-handler (lambda (e) (note! 'handled) ${next("integer")}) (lambda () (note! (raise-continuable ${next("any")})) ${next(type)}))`,
      () => `(with-exception-handler (lambda (e) (note! 'refused) ${this.chance(0.5) ? next("any") : "(raise 'again)"}) (lambda () ${next(type)}))`,
      () => `(call-with-values (lambda () (values ${next(bound)} ${next("integer")})) (lambda (${name} ${other}) ${within([...one, { name: other, type: "integer" }])}))`,
    ])();
  }

  private loop(depth: number, scope: readonly Variable[]): string {
    const [loop, i, sum] = [this.name("loop"), this.name("i"), this.name("s")];
    const inner = [...scope, { name: i, type: "integer" as const }, { name: sum, type: "integer" as const }];
    const step = this.expression("integer", depth - 2, inner);
    const effect = this.chance(0.3) ? `(set! saved (lambda (x) ${i}))` : this.chance(0.4) ? this.effect(depth - 2, inner) : "";
    return `(let ${loop} ((${i} ${this.below(6)}) (${sum} ${this.expression("integer", depth - 2, scope)})) (if (<= ${i} 0) ${sum} (begin ${effect} (${loop} (- ${i} 1) ${step}))))`;
  }

  private effect(depth: number, scope: readonly Variable[]): string {
    const next = (type: Type) => this.expression(type, depth - 1, scope);
    const assignable = scope.filter(({ type }) => DATA.includes(type) || type === "record");
    const vectors = scope.filter(({ type }) => type === "vector");
    const variable = assignable[this.below(assignable.length)];
    const vector = vectors[this.below(vectors.length)];
    return this.oneOf([
      () => `(note! ${next("any")})`,
      () => (variable === undefined ? `(tick!)` : `(set! ${variable.name} ${next(variable.type)})`),
      () => (vector === undefined ? `(again! 1)` : `(vector-set! ${vector.name} ${this.below(4)} ${next("integer")})`),
      () => `(for-each (lambda (x) (note! x)) ${next("list")})`,
      () => `(again! ${next("any")})`,
      () => `(${this.oneOf(["when", "unless"])} ${next("boolean")} (tick!) ${next("any")})`,
      () => `(set-left! ${next("record")} ${next("flonum")})`,
      () => `(if ${next("boolean")} ${next("any")})`,
    ])();
  }

  private leaf(type: Type, scope: readonly Variable[]): string {
    const fitting = scope.filter((variable) => variable.type === type || (type === "number" && (variable.type === "integer" || variable.type === "flonum")) || (type === "any" && DATA.includes(variable.type)));
    const variable = fitting[this.below(fitting.length)];
    if (variable !== undefined && this.chance(0.75)) return variable.name;
    switch (type) {
      case "integer": return String(this.below(21) - 10);
      case "number": return this.oneOf(["0", "1", "-2", "0.5", "3/4", "9007199254740991"]);
      case "flonum": return this.oneOf(["0.5", "-1.25", "0.0", "-0.0", "3.0", "1e10", "1e-3", "+inf.0"]);
      case "boolean": return this.oneOf(["#t", "#f"]);
      case "string": return this.oneOf(["\"\"", "\"abc\"", "\"λx\"", "(make-string 3 #\\z)"]);
      case "record": return "(make-thing 1.5 'r)";
      case "list": return this.oneOf(["'()", "'(1 2)", "(list 1 'a)"]);
      case "vector": return "(vector 1 2 3)";
      case "function": return this.oneOf(["(lambda (x) (+ x 1))", "note!", "abs", "(lambda (x) (* x x))"]);
      case "thunk": return "(lambda () 7)";
      // Now and then what is wrong: the error must be the same one.
      case "any": return this.oneOf(["'a", "1", "#\\c", "\"s\"", "'(1 . 2)", "2.5", "1", "'b", "(car '())", "(vector-ref (vector 1) 1)", "(error \"bad\" 1)", "nowhere", "(raise 'leaf)", "(+ 'a 1)"]);
    }
  }

  private dataType(): Type {
    return this.oneOf<Type>(DATA);
  }

  private name(prefix: string): string {
    return `${prefix}${this.names++}`;
  }

  private below(limit: number): number {
    return Math.floor(this.random() * limit);
  }

  private chance(probability: number): boolean {
    return this.random() < probability;
  }

  private oneOf<Item>(items: readonly Item[]): Item {
    return items[this.below(items.length)] as Item;
  }
}
