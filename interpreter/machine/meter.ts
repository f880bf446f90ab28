// The registers of the machine that compiled code and builtins touch, and the fixed table of what work costs.

/**
 * `fuel` is what remains of the running slice and stays a small integer; `bytes` is what may still be
 * allocated. The machine sets both, and installs the two functions: `burnBeyond` takes the charges that the
 * slice has no fuel for, `exhausted` is called as soon as `bytes` falls below zero (it throws, or raises the limit).
 */
class Meter {
  fuel = 0x3fffffff;
  bytes = Number.MAX_SAFE_INTEGER;
  exhausted = (): void => {};
  /** While libraries are loaded that nothing may change afterwards: what each procedure that is made closes over. */
  kept: WeakMap<object, readonly unknown[]> | null = null;
  burnBeyond = (_steps: number): void => {};
}

// Of a class of its own: the host keeps numbers without boxes only as long as no object literal of the same shape has others there.
export const meter = new Meter();

/** Bytes charged for what each constructor makes; a sequence adds its elements, a map or set its entries. */
export const BYTES = {
  pair: 32, flonum: 16, complex: 32, vector: 16, element: 8, string: 24, character: 2, bytevector: 16, byte: 1,
  collection: 48, entry: 64, integer: 16, record: 16, port: 64, condition: 96, procedure: 64, frame: 64,
  binding: 64, unit: 8192, node: 512,
} as const;

/**
 * Steps burned for code that a program evaluates: for each unit and each of its nodes, and for each variable that one of
 * its calls keeps. For each name that an environment is made of; and for a name that means nothing, of which the message tells what is like it.
 */
export const STEPS = { unit: 4000, node: 100, kept: 16, binding: 4, unknown: 1000 } as const;

/** One step pays for this many elements copied or scanned. */
const ELEMENTS_PER_STEP = 16;

/** Burns `steps` (a whole number, not negative). To be called before the work: beyond a limit, it does not return. */
export function burn(steps: number): void {
  if (meter.fuel >= steps) meter.fuel -= steps;
  else meter.burnBeyond(steps);
}

/** Burns the fuel for copying or scanning so many elements. */
export function burnElements(count: number): void {
  burn(Math.floor(count / ELEMENTS_PER_STEP));
}

/** Takes `bytes` from what may be allocated. To be called before the allocation. */
export function allocate(bytes: number): void {
  if ((meter.bytes -= bytes) < 0) meter.exhausted();
}
