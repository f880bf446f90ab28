// Runs the forms of a program one after the other, inside one continuation.
import { instantiateUnit, translateUnit, type UnitCode } from "../compiler/compile.js";
import type { Core } from "../compiler/core.js";
import { UNSPECIFIED, type Procedure, type Value } from "../values/value.js";
import { push, UNWIND } from "./machine.js";
import { burn, STEPS } from "./meter.js";

/** What the loader needs of a unit of the expander. */
export interface LoadableUnit {
  readonly body: Core;
  readonly closed: boolean;
  /** What it was compiled to before: the body is not looked at then. */
  readonly code?: UnitCode;
  /** Where it is to be kept once it is compiled. */
  readonly record?: UnitRecord;
  /** True if the running program pays for the compilation. */
  readonly metered?: boolean;
}

export interface UnitRecord {
  /** The name of the unit, by its content. */
  readonly unit: string;
  keep(code: UnitCode): void;
}

/**
 * The forms of some units, compiled unit by unit as they are reached: a unit is compiled when those before it
 * have run, so that it sees their definitions. A continuation captured in one form goes on with the forms that
 * follow, as often as it is entered.
 */
export class Loader {
  private readonly thunks: Procedure[] = [];
  private compiled = 0;

  constructor(private readonly units: readonly LoadableUnit[]) {}

  /** Runs the forms from an index on; the value is the last form's. Obeys the protocol of UNWIND. */
  run(index = 0, before: Value = UNSPECIFIED): Value {
    let value = before;
    for (let at = index; ; at++) {
      const thunk = this.thunk(at);
      if (thunk === undefined) return value;
      value = thunk();
      if (value === UNWIND) return push(goOn, [this, at + 1]);
    }
  }

  private thunk(index: number): Procedure | undefined {
    while (index >= this.thunks.length && this.compiled < this.units.length) {
      const unit = this.units[this.compiled++] as LoadableUnit;
      this.thunks.push(...instantiateUnit(unit.code ?? translate(unit)));
    }
    return this.thunks[index];
  }
}

function translate({ body, closed, record, metered = false }: LoadableUnit): UnitCode {
  const code = translateUnit(body, closed, record?.unit, metered ? (count) => burn(STEPS.kept * count) : undefined);
  record?.keep(code);
  return code;
}

function goOn(value: Value, state: Value): Value {
  const [loader, index] = state as [Loader, number];
  return loader.run(index, value);
}
