// Core forms: the language that the expander writes and the compiler reads. About a dozen node kinds.
import type { Cell } from "../expander/environment.js";
import type { Position } from "../values/position.js";
import type { Value } from "../values/value.js";

/** A local variable. `assigned` is set by the expander as soon as a `set!` of it is seen; such a variable lives in a box. */
export class Variable {
  assigned = false;
  /** Set by the compiler for a letrec variable that something may read before it has a value. */
  mayBeUninitialised = false;

  /** `written` is where its binding stands in a source text; undefined if a macro or the expander made it. */
  constructor(
    readonly name: string,
    readonly written?: Position,
  ) {}
}

export interface Constant { kind: "constant"; value: Value }
export interface LocalReference { kind: "local"; variable: Variable; position?: Position }
export interface GlobalReference { kind: "global"; cell: Cell; position?: Position }
export interface LocalAssignment { kind: "set-local"; variable: Variable; value: Core }
export interface GlobalAssignment { kind: "set-global"; cell: Cell; value: Core; position?: Position }
/** A top-level definition: puts the value into the cell and answers the unspecified value. */
export interface Definition { kind: "define"; cell: Cell; value: Core; position?: Position }
export interface Conditional { kind: "if"; test: Core; consequent: Core; alternative: Core }
export interface Sequence { kind: "sequence"; body: Core[] }
export interface Application { kind: "call"; operator: Core; operands: Core[]; position?: Position }
/** Parallel binding: initialisers are evaluated outside the scope of the variables. From `let`. */
export interface Binding { kind: "let"; variables: Variable[]; initialisers: Core[]; body: Core }
/** `letrec*`: initialisers run in order, each in the scope of all the variables. From letrec, letrec*, named let, internal definitions. */
export interface RecursiveBinding { kind: "letrec"; variables: Variable[]; initialisers: Core[]; body: Core }
/** A procedure. More than one clause is a `case-lambda`: the first whose parameters fit the operands is taken. */
export interface Lambda { kind: "lambda"; name: string; doc?: string; clauses: Clause[]; position?: Position }
export interface Clause { parameters: Variable[]; rest?: Variable; body: Core }

/** Every kind of node. A pass is a record with one entry for each, so that a new kind does not compile until all handle it. */
export type Core =
  | Constant | LocalReference | GlobalReference | LocalAssignment | GlobalAssignment | Definition
  | Conditional | Sequence | Application | Binding | RecursiveBinding | Lambda;

/** A pass over core forms: one function for each kind. */
export type CorePass<Result, Context> = {
  [Kind in Core["kind"]]: (node: Extract<Core, { kind: Kind }>, context: Context) => Result;
};
