// Where a text has the machine's meter: in memory, or in local variables that are written back before anyone looks.
import { BYTES } from "../machine/meter.js";

/** The text of what touches the meter. `save` and `load` are assignments, or nothing. */
export interface MeterText {
  readonly fuel: string;
  readonly bytes: string;
  readonly save: string;
  readonly load: string;
}

export const IN_MEMORY: MeterText = { fuel: "m.fuel", bytes: "m.bytes", save: "", load: "" };
export const LOCAL_FUEL: MeterText = { fuel: "f", bytes: "m.bytes", save: "m.fuel=f", load: "f=m.fuel" };
export const LOCAL: MeterText = { fuel: "f", bytes: "b", save: "m.fuel=f,m.bytes=b", load: "f=m.fuel,b=m.bytes" };

/** A statement that writes the meter back. */
export function saving({ save }: MeterText): string {
  return save === "" ? "" : `${save};`;
}

/** The expressions, where all who look at the meter see it right, and may change it. */
export function insideMemory({ save, load }: MeterText, ...expressions: readonly string[]): string {
  return [save, ...expressions, load].filter((each) => each !== "").join(",");
}

/** Charges for so many new flonums at once: what that fails as is what each by itself would. */
export function chargeFlonums(results: number, meter: MeterText): string {
  return `(${meter.bytes}-=${results * BYTES.flonum})<0&&(${insideMemory(meter, `overspend(${results})`)})`;
}
