// A-normal form: what is left when every call that must come back has a name. Written by normalise.ts, read by emit.ts.
import type { Builtin } from "../builtins/builtin.js";
import type { Cell } from "../expander/environment.js";
import type { Position } from "../values/position.js";
import type { Value } from "../values/value.js";
import type { Lambda, Variable } from "./core.js";

/** An expression that makes no call which could unwind: it becomes one JavaScript expression. */
export type Simple =
  | { readonly kind: "constant"; readonly value: Value }
  | { readonly kind: "local"; readonly variable: Variable; readonly position?: Position }
  | { readonly kind: "global"; readonly cell: Cell; readonly position?: Position }
  | { readonly kind: "primitive"; readonly builtin: Builtin; readonly operands: readonly Simple[]; readonly position?: Position }
  | { readonly kind: "choose"; readonly test: Simple; readonly consequent: Simple; readonly alternative: Simple }
  | { readonly kind: "closure"; readonly lambda: Lambda }
  | { readonly kind: "set-local"; readonly variable: Variable; readonly value: Simple }
  | { readonly kind: "set-global"; readonly cell: Cell; readonly value: Simple; readonly position?: Position }
  | { readonly kind: "define"; readonly cell: Cell; readonly value: Simple };

export interface Call {
  readonly operator: Simple;
  readonly operands: readonly Simple[];
  readonly position?: Position;
}

/** Where several paths meet: those that jump here with a value for `variable` go on behind the join that has this label. */
export interface Label {
  readonly variable: Variable | undefined;
  /** The place behind the join. */
  rest: Place;
  /** Variables that the rest needs, without `variable`. Known once the rest's live variables are. */
  live?: readonly Variable[];
}

/** A place in a block: before the step at `index`, or at the block's end if there are no more steps. */
export interface Place {
  readonly block: Block;
  readonly index: number;
}

/** Steps, done one after the other, and how control leaves them. A list, so that no pass needs a host frame for each step. */
export interface Block {
  readonly steps: Step[];
  end: End;
}

export type Step =
  | Bind
  | { readonly kind: "let"; readonly variable: Variable; readonly value: Simple }
  | { readonly kind: "effect"; readonly value: Simple }
  /** The fuel of a call whose procedure's body stands here instead. */
  | { readonly kind: "burn"; readonly weight: number }
  /** If the test holds, control leaves by the block. */
  | { readonly kind: "when"; readonly test: Simple; readonly block: Block }
  /** The block's jumps to the label go on with the next step. */
  | { readonly kind: "join"; readonly label: Label; readonly block: Block }
  | { readonly kind: "procedures"; readonly variables: readonly Variable[]; readonly lambdas: readonly Lambda[] };

export type End =
  | { readonly kind: "return"; readonly value: Simple }
  | { readonly kind: "tail-call"; readonly call: Call }
  | { readonly kind: "jump"; readonly label: Label; readonly value: Simple | undefined };

/** A call that comes back: its value is bound, and `live` is what the rest needs besides. */
export interface Bind {
  readonly kind: "bind";
  /** Undefined if nothing needs the value. */
  readonly variable: Variable | undefined;
  readonly call: Call;
  live?: readonly Variable[];
}
