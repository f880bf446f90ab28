// Where an assigned variable is that a procedure may outlive.
import type { Value } from "./value.js";

/** A location of an assigned variable, shared by all who can see it. */
export class Box {
  constructor(public value: Value) {}
}
