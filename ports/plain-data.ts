// Plain data, as ports take and give them: what they are, and how deep they may nest.

/** How deep what an operation answers may nest: a schema follows it, as all after it does, on the host's stack. */
export const DEEPEST_RESULT = 1_000;

/** Whether arrays and objects nest deeper than so many. Goes no deeper itself. */
export function isDeeper(value: unknown, most: number): boolean {
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return false;
  return most === 0 || Object.values(value).some((item) => isDeeper(item, most - 1));
}

/** Says where a value is not plain data, or undefined: strings, booleans, finite numbers, bigints, bytes, arrays and plain objects are. */
export function notPlain(value: unknown, path: string): string | undefined {
  if (typeof value === "string" || typeof value === "boolean" || typeof value === "bigint" || value instanceof Uint8Array) return undefined;
  if (typeof value === "number") return Number.isFinite(value) ? undefined : `${path} is ${value}`;
  if (Array.isArray(value)) return firstProblem(value.map((item, index) => [`${path}[${index}]`, item]));
  if (typeof value !== "object" || value === null) return `${path} is ${value === null ? "null" : typeof value}`;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return `${path} is an instance of a class`;
  return firstProblem(Object.entries(value).map(([key, item]) => [`${path}.${key}`, item]));
}

function firstProblem(entries: readonly (readonly [string, unknown])[]): string | undefined {
  return entries.map(([path, value]) => notPlain(value, path)).find((problem) => problem !== undefined);
}
